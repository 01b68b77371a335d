#include <iostream>
#include <memory>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/message_text.hpp"
#include "cli/moment_text.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"

namespace ordo::cli {
namespace {

constexpr auto kFooter =
    "ORDERS-2@17.3 is one event, ORDERS-2@17 its whole message. An Ordo-Position, as clients are given, is as good.\n"
    "Exit: 0 shown, 1 there is no such event, or it could not be read.\n"
    "Example: ordo events show ORDERS-2@17.3\n"
    "Example: ordo events show BILLING-0@5 --output json";

std::vector<log::StreamPosition> places_of(const std::string& wanted) {
  if (const auto place = parse_place(wanted)) return {*place};
  return log::decode_position_token(wanted).value_or(std::vector<log::StreamPosition>());
}

std::string check_place(const std::string& wanted) {
  return places_of(wanted).empty() ? wanted + " is no place in the log: say ORDERS-2@17.3, or ORDERS-2@17 for a whole message" : "";
}

int show_events(const Settings& settings, const std::string& wanted) {
  start_process("events", "error");
  auto connection = open_log(settings, "events-show");
  if (!connection) return give_up(connection.error());
  for (const auto& [stream, position] : places_of(wanted)) {
    auto message = connection->log->get(stream, position.sequence);
    if (!message) return give_up(message.error());
    const bool whole = position.index == projections::kLastIndex;
    const auto shown = look_at(std::move(*message), whole ? std::nullopt : std::optional(position.index));
    if (!shown) return give_up(shown.error());
    std::cout << (settings.output == "table" ? message_text(*shown, stdout_is_coloured()) : message_json(*shown));
  }
  return 0;
}

}  // namespace

void add_event_show(CLI::App& events, const Settings& settings, int& exit_code) {
  auto* command = events.add_subcommand("show", "shows one event, or a whole message, with all that is known of it");
  command->footer(kFooter);
  const auto wanted = std::make_shared<std::string>();
  command->add_option("place", *wanted, "where it stands")->required()->check(check_place);
  command->callback([&settings, &exit_code, wanted] { exit_code = show_events(settings, *wanted); });
}

}  // namespace ordo::cli
