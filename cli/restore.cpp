#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/archive_text.hpp"
#include "cli/connections.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/restoration.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"

namespace ordo::cli {
namespace {

constexpr auto kFooter =
    "Reads the whole backup first, and writes nothing if anything in it is damaged. Then it fills an empty NATS store and an empty database:\n"
    "every message at the sequence that it had, so that causes, checkpoints and the positions that clients hold go on to be right; the\n"
    "users with their credentials. At the end it reads the log back and compares. Until it is done no role can start; when it was\n"
    "interrupted, run it again: it goes on. It never overwrites: where something is there already, it says so and changes nothing.\n"
    "The inbox forgets its commands 30 days after the restore, and letters of the time after the backup are sent again.\n"
    "With ./run: put the old var/secrets into a new folder VAR, `ORDO_VAR=VAR ./run services`, restore, stop it, `ORDO_VAR=VAR ./run`.\n"
    "Exit: 0 restored, 1 not; the reason is the last line.\n"
    "Example: ordo restore /backups/2026-01-31";

int restore(const Settings& settings, const std::string& folder, const std::string& reason) {
  start_process("restore", "warn");
  const Interruption interruption;
  const auto stop = interruption.token();
  const auto backup = check_whole_backup(folder, stop);
  if (!backup) return give_up(backup.error());
  if (const auto done = put_back(settings, *backup, {.actor = {}, .action = "restore", .reason = reason}, stop); !done) {
    return give_up(done.error());
  }
  const auto& manifest = backup->manifest;
  std::cout << (settings.output == "table" ? manifest_table(folder, manifest, stdout_is_coloured()) : manifest_json(folder, manifest));
  std::cerr << next_steps(settings, manifest);
  return 0;
}

}  // namespace

void add_restore(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("restore", "fills an empty system from a backup, every event at its old position");
  command->footer(kFooter);
  const auto folder = std::make_shared<std::string>();
  command->add_option("folder", *folder, "what `ordo backup` has made")->required();
  const auto reason = std::make_shared<std::string>();
  command->add_option("--reason", *reason, "why, for the record");
  command->callback([&settings, &exit_code, folder, reason] { exit_code = restore(settings, *folder, *reason); });
}

}  // namespace ordo::cli
