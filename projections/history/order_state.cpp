#include "projections/history/order_state.hpp"

#include "events/parking/events.hpp"
#include "events/vocabulary/visit.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::projections {
namespace {

// A command that cannot be read has changed nothing.
void add_command(OrderRows& rows, const log::Event& event) {
  const auto command = orders::decode_command(event.payload);
  if (!command || !*command) return;
  const auto* create = std::get_if<orders::OrderCreateRequested>(&**command);
  if (create != nullptr) rows.add(*create, event.time);
}

Result<void> add(OrderRows& rows, const log::LoggedEvent& logged) {
  const auto& event = logged.event;
  if (logged.at.stream.kind == log::StreamKind::commands) return add_command(rows, event), Result<void>{};
  if (logged.at.stream.kind != log::StreamKind::orders || parking::is_parking(event.payload)) return {};
  const auto decoded = orders::decode(event.payload);
  if (!decoded) return tl::unexpected(decoded.error());
  visit(*decoded, [&](const auto& said) { rows.add(said, event.time); });
  return {};
}

}  // namespace

Result<std::optional<OrderRow>> order_after(const std::vector<log::LoggedEvent>& events) {
  OrderRows rows(kServing);
  for (const auto& logged : events) {
    if (auto added = add(rows, logged); !added) return tl::unexpected(added.error());
  }
  if (rows.rows().empty()) return std::nullopt;
  return rows.rows().front();
}

}  // namespace ordo::projections
