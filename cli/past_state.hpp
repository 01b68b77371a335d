#pragma once
// Purpose: what an order or a wallet was at a moment, and how two moments differ, for people and as JSON. Its fields are named as clients
//          know them.
// Threads: pure functions.

#include <string>
#include <vector>

#include "events/log/logged_event.hpp"
#include "projections/history/wallet_state.hpp"
#include "projections/orders/order_rows.hpp"

namespace ordo::cli {

struct Field {
  std::string name;
  std::string json;
  std::string text;  // for people

  friend bool operator==(const Field&, const Field&) = default;
};

struct PastState {
  std::vector<Field> fields;              // none: it was not there yet
  std::vector<log::LoggedEvent> events;   // that had made it so
};

[[nodiscard]] std::vector<Field> fields_of(const projections::OrderRow& order);
[[nodiscard]] std::vector<Field> fields_of(const projections::BalanceRow& wallet);

// With the last so many of its events.
[[nodiscard]] std::string state_text(const PastState& state, std::size_t events_max, bool coloured);
// {fields…, "events": […]}
[[nodiscard]] std::string state_json(const PastState& state);

struct Difference {
  PastState a;
  PastState b;
};

// The fields that differ, and the events that only one of the two knows.
[[nodiscard]] std::string difference_text(const Difference& difference, bool coloured);
// {"a": {fields…}, "b": …, "changed": [names], "only_in_a": [events], "only_in_b": [events]}; null for what was not there yet
[[nodiscard]] std::string difference_json(const Difference& difference);

}  // namespace ordo::cli
