#include <iostream>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

int print_streams(log::EventLog& log, const Settings& settings) {
  const bool as_json = settings.output != "table";
  if (!as_json) std::cout << fmt::format("{:<18} {:>14} {:>14}\n", "STREAM", "FIRST MESSAGE", "LAST MESSAGE");
  for (const auto kind : log::kStreamKinds) {
    for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
      const auto name = log::text(log::StreamName{kind, partition});
      const auto bounds = log.bounds({kind, partition});
      if (!bounds) return give_up(bounds.error());
      if (as_json) {
        std::cout << JsonText().open_object().member("stream", name).member("first_sequence", bounds->first_sequence)
                         .member("last_sequence", bounds->last_sequence).close_object().take() << '\n';
      } else {
        std::cout << fmt::format("{:<18} {:>14} {:>14}\n", name, bounds->first_sequence, bounds->last_sequence);
      }
    }
  }
  return 0;
}

}  // namespace

void add_status(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("status", "shows the streams and how far they reach");
  command->footer("Example: ordo status --output ndjson");
  command->callback([&settings, &exit_code] {
    start_process("status", "warn");
    auto connection = open_log(settings, "status");
    exit_code = connection ? print_streams(*connection->log, settings) : give_up(connection.error());
  });
}

}  // namespace ordo::cli
