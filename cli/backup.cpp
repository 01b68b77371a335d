#include <algorithm>
#include <iostream>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "cli/archive_text.hpp"
#include "cli/connections.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/message_progress.hpp"
#include "cli/restoration.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"
#include "command-side/identity/saved_identity.hpp"
#include "events/log/archive/backup_folder.hpp"
#include "events/log/written_streams.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;
namespace archive = log::archive;

constexpr auto kFooter =
    "Copies the whole log, and the users with their credentials, into a new folder, while everything runs: up to a cut through all streams at\n"
    "which everything that happened has its cause before the cut. The read model is not in it: it is made again from the log. Nor are\n"
    "sessions (people log in again after a restore) and the files in var/secrets (token keys, passwords): keep those yourself.\n"
    "The folder holds password hashes and personal data. It is readable by its owner only; keep it so.\n"
    "The name that is printed is a checksum of all of it: note it elsewhere to know this backup again.\n"
    "Exit: 0 done, or sound; 1 not, and nothing is left in the folder.\n"
    "Example: ordo backup /backups/$(date +%F)\n"
    "Example: ordo backup --check /backups/2026-01-31";

// Whatever may refer to another comes before it, as far as that goes; `step_back` does the rest.
std::vector<log::StreamName> in_order_of_effects(log::Partition partitions) {
  auto streams = log::written_streams(partitions);
  std::ranges::reverse(streams);
  return streams;
}

// The users, and where all streams are cut.
Result<archive::Cut> save_users(const Settings& settings, log::EventLog& log, const archive::NewBackup& backup, archive::Manifest& manifest) {
  auto streams = in_order_of_effects(settings.partitions);
  const auto users = std::ranges::stable_partition(streams, [](log::StreamName name) { return name.kind != log::StreamKind::users; });
  const std::vector<log::StreamName> last(users.begin(), users.end());
  streams.erase(users.begin(), users.end());
  archive::Cut cut;
  if (auto noted = archive::note_ends(log, streams, cut); !noted) return tl::unexpected(noted.error());
  auto saved = identity::save_identity({.url = settings.postgres_url, .application_name = "ordo-backup"},
                                       backup.path_of(identity::kSavedIdentityFile), [&] { return archive::note_ends(log, last, cut); });
  if (!saved) return tl::unexpected(saved.error());
  manifest.files.emplace(identity::kSavedIdentityFile, std::move(*saved));
  if (auto stepped = archive::step_back(log, cut); !stepped) return tl::unexpected(stepped.error());
  return cut;
}

std::uint64_t size_of(const archive::Cut& cut) {
  return std::accumulate(cut.begin(), cut.end(), std::uint64_t{0}, [](std::uint64_t sum, const auto& end) { return sum + end.second; });
}

Result<archive::Manifest> write_backup(const Settings& settings, const std::string& folder, const std::stop_token& stop) {
  auto connection = open_log(settings, "backup");
  if (!connection) return tl::unexpected(connection.error());
  auto backup = archive::NewBackup::begin(folder);
  if (!backup) return tl::unexpected(backup.error());
  SystemClock clock;
  archive::Manifest manifest{.made = clock.now(), .made_by = fmt::format("ordo {}", ORDO_VERSION), .partitions = settings.partitions};
  const auto cut = save_users(settings, *connection->log, *backup, manifest);
  if (!cut) return tl::unexpected(cut.error());
  MessageProgress progress("backup", size_of(*cut));
  return archive::write_streams(*connection->log, *cut, *backup, manifest, stop, [&](std::uint64_t count) { progress.add(count); })
      .and_then([&] { return backup->publish(manifest); })
      .map([&] { return std::move(manifest); });
}

void print(const std::string& folder, const archive::Manifest& manifest, const std::string& output) {
  std::cout << (output == "table" ? manifest_table(folder, manifest, stdout_is_coloured()) : manifest_json(folder, manifest));
}

int back_up(const Settings& settings, const std::string& folder) {
  start_process("backup", "warn");
  const Interruption interruption;
  const auto manifest = write_backup(settings, folder, interruption.token());
  if (!manifest) return give_up(manifest.error());
  print(folder, *manifest, settings.output);
  return 0;
}

int check(const Settings& settings, const std::string& folder) {
  start_process("backup", "warn");
  const Interruption interruption;
  const auto backup = check_whole_backup(folder, interruption.token());
  if (!backup) return give_up(backup.error());
  print(folder, backup->manifest, settings.output);
  std::cerr << fmt::format("{} is sound\n", folder);
  return 0;
}

}  // namespace

void add_backup(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("backup", "copies the log and the users into a folder, while everything runs");
  command->footer(kFooter);
  const auto folder = std::make_shared<std::string>();
  const auto only_check = std::make_shared<bool>(false);
  command->add_option("folder", *folder, "a new folder, or with --check one that is there")->required();
  command->add_flag("--check", *only_check, "reads a backup from end to end and says whether it is sound; needs no running system");
  command->callback([&settings, &exit_code, folder, only_check] {
    exit_code = *only_check ? check(settings, *folder) : back_up(settings, *folder);
  });
}

}  // namespace ordo::cli
