#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/order_search.hpp"
#include "cli/settings.hpp"
#include "cli/time_travel.hpp"
#include "projections/history/order_state.hpp"

namespace ordo::cli {
namespace {

constexpr auto kFooter =
    "The order is folded from the log by the code that makes the read model's rows. A place in the log shows what was known there: the\n"
    "order as whoever decided what stands there saw it, directly or through others.\n"
    "Exit: 0 shown, 2 the order was not there (yet), 1 it could not be read.\n"
    "Example: ordo order show 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4 --at ORDERS-2@17.0\n"
    "Example: ordo order show 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4 --diff 2026-01-31T12:00:00Z now --output json";

struct Wanted {
  std::string order;
  bool whole_log = false;
  TimeTravel travel;
};

Result<std::vector<Field>> fields_after(const std::vector<log::LoggedEvent>& events) {
  return projections::order_after(events).map([](const std::optional<projections::OrderRow>& row) {
    return row ? fields_of(*row) : std::vector<Field>();
  });
}

int show_order(const Settings& settings, const Wanted& wanted) {
  start_process("order", "error");
  const Interruption interruption;
  auto connection = open_log(settings, "order");
  if (!connection) return give_up(connection.error());
  const auto order = *OrderId::parse(wanted.order);
  auto events = find_order_events(settings, *connection, {order, wanted.whole_log, interruption.token()});
  if (!events) return give_up(events.error());
  if (events->empty()) {
    std::cerr << fmt::format("ordo order: the log knows no order {}\n", order.text());
    return kNotThere;
  }
  const auto partition = events->front().at.stream.partition;
  return show(settings, *connection->log, wanted.travel, {"order " + order.text(), partition, std::move(*events), fields_after});
}

}  // namespace

void add_order(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* order = app.add_subcommand("order", "one order, now and at any moment of its past");
  order->require_subcommand(1);
  order->footer("Example: ordo order show --help");
  auto* command = order->add_subcommand("show", "shows an order as the log has it, now or at a moment");
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("order", wanted->order, "the order's id")->required()->check(check_order_id);
  add_time_travel(*command, wanted->travel);
  command->add_flag("--whole-log", wanted->whole_log, "read the whole log, and ask no read model where to look");
  command->callback([&settings, &exit_code, wanted] { exit_code = show_order(settings, *wanted); });
}

}  // namespace ordo::cli
