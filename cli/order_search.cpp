#include "cli/order_search.hpp"

#include <iostream>

#include <fmt/format.h>

#include "projections/history/order_events.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kStatementLimit = 5s;

void print_progress(const projections::ProgressNote& note) {
  const auto percent = note.messages_total == 0 ? 100 : 100 * note.messages_done / note.messages_total;
  std::cerr << fmt::format("reading {}: {:3} % of {} messages\n", note.step, percent, note.messages_total);
}

// Without it, everything is found all the same.
projections::LogIndex ask_read_model(const Settings& settings, OrderId order) {
  auto connection = postgres::Connection::open(
      {.url = settings.postgres_url, .application_name = "ordo-history", .statement_limit = kStatementLimit});
  const auto index = connection ? projections::find_in_read_model(*connection, order) : tl::unexpected(connection.error());
  if (index) return *index;
  std::cerr << fmt::format("the read model cannot be asked ({}); the whole log is read\n", index.error().text);
  return {};
}

}  // namespace

Result<std::vector<log::LoggedEvent>> find_order_events(const Settings& settings, LogConnection& connection, const OrderSearch& search) {
  const auto index = search.whole_log ? projections::LogIndex{} : ask_read_model(settings, search.order);
  projections::Progress progress(print_progress);
  return projections::order_events({*connection.log, settings.partitions, search.stop}, search.order, index, progress);
}

std::string check_order_id(const std::string& text) {
  return OrderId::parse(text) ? "" : text + " is no order's id: it looks like 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4";
}

}  // namespace ordo::cli
