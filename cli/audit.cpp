#include <iostream>
#include <memory>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/moment_text.hpp"
#include "cli/recorded_acts.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"

namespace ordo::cli {
namespace {

constexpr auto kFooter =
    "Everything that changes the system by hand is recorded before it is done (begun) and after (done, failed), in a stream that nothing\n"
    "is ever deleted from. The newest stands first. Who: the login name and machine, or what --as says.\n"
    "Exit: 0 shown, 1 it could not be read.\n"
    "Example: ordo audit\n"
    "Example: ordo audit --since 2026-01-31T00:00:00Z --output ndjson";

struct Wanted {
  std::string since;
  std::size_t limit = 50;
};

int show_acts(const Settings& settings, const Wanted& wanted) {
  start_process("audit", "error");
  auto connection = open_log(settings, "audit");
  if (!connection) return give_up(connection.error());
  const auto since = wanted.since.empty() ? std::nullopt : parse_time(wanted.since);
  const auto acts = recorded_acts(*connection->log, since, wanted.limit);
  if (!acts) return give_up(acts.error());
  std::cout << acts_text(*acts, settings.output, stdout_is_coloured());
  return 0;
}

}  // namespace

void add_audit(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("audit", "what operators changed by hand: who, when, why, and what came of it");
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("--since", wanted->since, "from this time on, for example 2026-01-31T12:00:00Z")->check([](const std::string& text) {
    return parse_time(text) ? "" : text + " is no time: say 2026-01-31T12:00:00Z";
  });
  command->add_option("--limit", wanted->limit, "so many at most (50); 0 for all");
  command->callback([&settings, &exit_code, wanted] { exit_code = show_acts(settings, *wanted); });
}

}  // namespace ordo::cli
