#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/explanation_text.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/order_search.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"
#include "projections/history/order_state.hpp"

namespace ordo::cli {
namespace {

constexpr int kUnknown = exit_code::kNo;

constexpr auto kFooter =
    "Prints all that the log holds about the order, from the request to the letter, each event below the one that caused it: when, how\n"
    "long after its cause, who, what, where in the log, and why. Where the story is not over, it says who is to go on with it.\n"
    "Exit: 0 explained, 2 the log knows no such order, 1 it could not be read.\n"
    "Example: ordo explain 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4\n"
    "Example: ordo explain 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4 --output ndjson | tail -1";

struct Wanted {
  std::string order;
  bool whole_log = false;
};

void print(const ExplainedOrder& order, const std::string& output) {
  if (output == "table") std::cout << tree_text(order, stdout_is_coloured());
  if (output == "json") std::cout << tree_json(order);
  if (output == "ndjson") std::cout << steps_json(order);
}

int explain(const Settings& settings, const Wanted& wanted) {
  start_process("explain", "error");
  const Interruption interruption;
  auto connection = open_log(settings, "explain");
  if (!connection) return give_up(connection.error());
  const auto order = *OrderId::parse(wanted.order);
  const auto events = find_order_events(settings, *connection, {order, wanted.whole_log, interruption.token()});
  if (!events) return give_up(events.error());
  if (events->empty()) {
    std::cerr << fmt::format("ordo explain: the log knows no order {}\n", order.text());
    return kUnknown;
  }
  const auto now = projections::order_after(*events);
  if (!now) return give_up(now.error());
  print({projections::explain(order, *events), events->front().at.stream.partition, *now}, settings.output);
  return 0;
}

}  // namespace

void add_explain(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("explain", "why an order is as it is: every event of it below its cause");
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("order", wanted->order, "the order's id")->required()->check(check_order_id);
  command->add_flag("--whole-log", wanted->whole_log, "read the whole log, and ask no read model where to look");
  command->callback([&settings, &exit_code, wanted] { exit_code = explain(settings, *wanted); });
}

}  // namespace ordo::cli
