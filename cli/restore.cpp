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
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

namespace archive = log::archive;

constexpr const char* kLog = "log";
constexpr const char* kUsers = "users";

constexpr auto kFooter =
    "Reads the whole backup first, and writes nothing if anything in it is damaged. Then it fills an empty NATS store and an empty database:\n"
    "every message at the sequence that it had, so that causes, checkpoints and the positions that clients hold go on to be right; the\n"
    "users with their credentials. At the end it reads the log back and compares. Until it is done no role can start; when it was\n"
    "interrupted, run it again: it goes on. It never overwrites: where something is there already, it says so and changes nothing.\n"
    "The inbox forgets its commands 30 days after the restore, and letters of the time after the backup are sent again.\n"
    "With ./run: put the old var/secrets into a new folder VAR, `ORDO_VAR=VAR ./run services`, restore, stop it, `ORDO_VAR=VAR ./run`.\n"
    "--only log: where just NATS was lost. Who is registered now stays so; drop the schemas read, read_next and read_previous first, as it says.\n"
    "--only users: where just Postgres was lost, or after --only log. Whoever registered after the backup must register again.\n"
    "Exit: 0 restored, 1 not; the reason is the last line.\n"
    "Example: ordo restore /backups/2026-01-31\n"
    "Example: ordo restore /backups/2026-01-31 --only users --reason 'the database is gone, the log is well'";

struct Asked {
  std::string folder, only, reason;
};

Result<void> put_back_part(const Settings& settings, const CheckedBackup& backup, const Asked& asked, const std::stop_token& stop) {
  const Act act{.actor = {}, .action = "restore", .reason = asked.reason};
  if (asked.only == kUsers) return put_back_users(settings, backup, act);
  return put_back(settings, backup, act, stop, asked.only == kLog ? RestoredPart::log : RestoredPart::all);
}

std::string users_text(const std::string& folder, const std::string& output) {
  if (output == "table") return fmt::format("{}: the users are restored\n", folder);
  JsonText json;
  return json.open_object().member("folder", folder).member("restored", "users").close_object().take() + '\n';
}

std::string text_of(const Asked& asked, const archive::Manifest& manifest, const std::string& output) {
  if (asked.only == kUsers) return users_text(asked.folder, output);
  return output == "table" ? manifest_table(asked.folder, manifest, stdout_is_coloured()) : manifest_json(asked.folder, manifest);
}

int restore(const Settings& settings, const Asked& asked) {
  start_process("restore", "warn");
  const Interruption interruption;
  const auto stop = interruption.token();
  const auto backup = check_whole_backup(asked.folder, stop);
  if (!backup) return give_up(backup.error());
  if (const auto done = put_back_part(settings, *backup, asked, stop); !done) return give_up(done.error());
  const auto& manifest = backup->manifest;
  std::cout << text_of(asked, manifest, settings.output);
  std::cerr << next_steps(settings, manifest);
  return 0;
}

}  // namespace

void add_restore(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("restore", "fills an empty system from a backup, every event at its old position");
  command->footer(kFooter);
  const auto asked = std::make_shared<Asked>();
  command->add_option("folder", asked->folder, "what `ordo backup` has made")->required();
  command->add_option("--only", asked->only, "log or users: that, and nothing of the other")->check(CLI::IsMember({kLog, kUsers}));
  command->add_option("--reason", asked->reason, "why, for the record");
  command->callback([&settings, &exit_code, asked] { exit_code = restore(settings, *asked); });
}

}  // namespace ordo::cli
