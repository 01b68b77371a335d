#pragma once
// Purpose: of whom and of what an event speaks, whatever its type: overloads for every event and command.
// Threads: pure functions.

#include "events/billing/events.hpp"
#include "events/identity/events.hpp"
#include "events/log/event.hpp"
#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"
#include "events/parking/events.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::projections {

struct SpokenOf {
  UserId user;
  IdBytes about{};  // cause and effect speak of the same order, operation or, for accounts, user
};

// As far as the envelope tells, for an event that cannot be read.
[[nodiscard]] inline SpokenOf spoken_of(const log::Key& key) { return {key.user, key.order ? key.order->bytes() : key.user.bytes()}; }

// Whatever has the fields; the rest is listed.
[[nodiscard]] inline SpokenOf spoken_of(const auto& said) {
  if constexpr (requires { said.purchase; }) return {said.purchase.user_id, said.purchase.order_id.bytes()};
  else if constexpr (requires { said.key; }) return spoken_of(said.key);
  else if constexpr (requires { said.order_id; }) return {said.user_id, said.order_id.bytes()};
  else if constexpr (requires { said.operation_id; }) return {said.user_id, said.operation_id.bytes()};
  else return {said.user_id, said.user_id.bytes()};
}

template <class... Alternatives>
[[nodiscard]] SpokenOf spoken_of(const std::variant<Alternatives...>& said) {
  return std::visit([](const auto& each) { return spoken_of(each); }, said);
}

// Errors: corrupt for an event that this version cannot read.
[[nodiscard]] Result<SpokenOf> spoken_of(log::StreamKind stream, const log::Payload& payload);

}  // namespace ordo::projections
