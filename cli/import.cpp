#include <filesystem>
#include <iostream>
#include <map>
#include <memory>

#include <unistd.h>

#include <fmt/format.h>

#include "cli/archive_text.hpp"
#include "cli/connections.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/restoration.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"
#include "events/log/archive/sorting.hpp"

namespace ordo::cli {
namespace {

namespace archive = log::archive;

constexpr auto kFooter =
    "Reads a file of `ordo export` to its end, and writes nothing if anything in it is damaged or missing. Then it fills an empty system, every\n"
    "message at the sequence that it had; streams that the file does not hold stay empty. Users are not in such a file: what belongs to\n"
    "somebody stays his, but nobody can log in as him. For that there is `ordo restore`.\n"
    "The messages are laid down in --work-folder on the way, which needs about the room of the compressed file.\n"
    "Interrupted, it goes on when it is run again with the same file.\n"
    "Exit: 0 imported, 1 not; the reason is the last line.\n"
    "Example: ordo import events.ndjson.zst\n"
    "Example: ssh production ordo export - --zstd | ordo import -";

struct Wanted {
  std::string file, reason;
  std::string work_folder = std::filesystem::temp_directory_path().string();
};

int import_events(const Settings& settings, const Wanted& wanted) {
  start_process("import", "warn");
  const Interruption interruption;
  const auto stop = interruption.token();
  auto laid_down = archive::NewBackup::begin(fmt::format("{}/ordo-import-{}", wanted.work_folder, ::getpid()));
  if (!laid_down) return give_up(laid_down.error());
  auto manifest = archive::sort_into(*laid_down, wanted.file, stop);
  if (!manifest) return give_up(manifest.error());
  const CheckedBackup backup{laid_down->unpublished_path(), std::move(*manifest)};
  if (const auto done = put_back(settings, backup, {.actor = {}, .action = "import", .reason = wanted.reason}, stop); !done) {
    return give_up(done.error());
  }
  std::cout << (settings.output == "table" ? manifest_table(wanted.file, backup.manifest, stdout_is_coloured())
                                           : manifest_json(wanted.file, backup.manifest));
  std::cerr << next_steps(settings, backup.manifest);
  return 0;
}

}  // namespace

void add_import(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("import", "fills an empty system with the events of a file that `ordo export` has made");
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("file", wanted->file, "compressed or not; - is standard input")->required();
  command->add_option("--work-folder", wanted->work_folder, "where messages are laid down on the way")->check(CLI::ExistingDirectory);
  command->add_option("--reason", wanted->reason, "why, for the record");
  command->callback([&settings, &exit_code, wanted] { exit_code = import_events(settings, *wanted); });
}

}  // namespace ordo::cli
