#include <algorithm>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/archive_text.hpp"
#include "cli/connections.hpp"
#include "cli/event_text.hpp"
#include "cli/export_range.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/message_progress.hpp"
#include "cli/moment_text.hpp"
#include "cli/settings.hpp"
#include "events/log/archive/cut.hpp"
#include "events/log/archive/log_file.hpp"
#include "events/log/written_streams.hpp"

namespace ordo::cli {
namespace {

namespace archive = log::archive;

constexpr auto kFooter =
    "One event a line, as JSON: where it stands, what it is, what caused it, what it says; the first of each message also carries the message\n"
    "itself (base64), so that `ordo import` can store it again just as it was. The first line says what the file is, the last what it adds\n"
    "up to: a file that was cut off or changed is noticed. No personal data, no password hash: those are in `ordo backup` only.\n"
    "--from and --to take whole messages: those with an event behind the one moment and up to the other.\n"
    "Exit: 0 done, 1 not.\n"
    "Example: ordo export events.ndjson.zst\n"
    "Example: ordo export - --stream ORDERS --from 2026-01-31T00:00:00Z | jq -r 'select(.type) | .type' | sort | uniq -c";

struct Wanted {
  std::string file, from, to;
  std::vector<std::string> streams;
  bool zstd = false;
};

bool is_wanted(const std::vector<std::string>& names, log::StreamName stream) {
  // What operators did, and who they are, is asked for by name.
  if (names.empty()) return stream.kind != log::StreamKind::audit;
  return std::ranges::any_of(names, [&](const std::string& name) {
           return name == log::text(stream) || name == log::text(stream.kind);
         });
}

std::string check_stream(const std::string& name) {
  const auto all = log::written_streams(log::kPartitionsMax);
  const bool known = std::ranges::any_of(all, [&](log::StreamName stream) { return is_wanted({name}, stream); });
  return known ? "" : name + " is no stream: say ORDERS for all partitions, or ORDERS-2";
}

Result<std::vector<log::LogRange>> ranges_of(const Settings& settings, const Wanted& wanted, log::EventLog& log) {
  auto streams = log::written_streams(settings.partitions);
  std::erase_if(streams, [&](log::StreamName stream) { return !is_wanted(wanted.streams, stream); });
  std::ranges::reverse(streams);
  archive::Cut cut;
  if (auto noted = archive::note_ends(log, streams, cut); !noted) return tl::unexpected(noted.error());
  if (auto stepped = archive::step_back(log, cut); !stepped) return tl::unexpected(stepped.error());
  ExportBounds bounds;
  for (const auto& [name, into] : {std::pair(&wanted.from, &bounds.from), std::pair(&wanted.to, &bounds.to)}) {
    if (name->empty()) continue;
    auto moment = moment_of(log, *parse_moment(*name));
    if (!moment) return tl::unexpected(moment.error());
    *into = std::move(*moment);
  }
  return export_ranges(log, cut, bounds);
}

Result<archive::Sections> write_file(const Settings& settings, const Wanted& wanted, const std::stop_token& stop) {
  auto connection = open_log(settings, "export");
  if (!connection) return tl::unexpected(connection.error());
  const auto ranges = ranges_of(settings, wanted, *connection->log);
  if (!ranges) return tl::unexpected(ranges.error());
  const auto compression = wanted.zstd ? archive::Compression::zstd : archive::compression_of(wanted.file);
  auto file = archive::LogFileWriter::create(wanted.file, compression, settings.partitions,
                                             [](JsonText& json, const log::LoggedEvent& event) { write_members(json, event); });
  if (!file) return tl::unexpected(file.error());
  std::uint64_t total = 0;
  for (const auto& range : *ranges) total += range.size();
  MessageProgress progress("export", total);
  for (const auto& range : *ranges) {
    auto written = file->write(*connection->log, range, stop, [&](std::uint64_t count) { progress.add(count); });
    if (!written) return tl::unexpected(written.error());
  }
  return file->finish().map([](archive::LogFileWriter::Finished finished) { return std::move(finished.sections); });
}

// What was written, where the events themselves do not stand on stdout.
void print(const Wanted& wanted, const archive::Sections& sections, const std::string& output) {
  const auto told = fmt::format("export: {} events in {} messages of {} streams\n", events_in(sections), messages_in(sections), sections.size());
  if (wanted.file == archive::kStandardStream) {
    std::cerr << told;
  } else if (output == "table") {
    std::cout << told;
  } else {
    JsonText json;
    json.open_object().member("file", wanted.file).member("events", events_in(sections)).member("messages", messages_in(sections));
    std::cout << json.member("streams", sections.size()).close_object().take() << '\n';
  }
}

int export_events(const Settings& settings, const Wanted& wanted) {
  start_process("export", "warn");
  const Interruption interruption;
  const auto sections = write_file(settings, wanted, interruption.token());
  if (!sections) return give_up(sections.error());
  print(wanted, *sections, settings.output);
  return 0;
}

}  // namespace

void add_export(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("export", "writes events to a file as JSON, one a line, so that they can be imported again");
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("file", wanted->file, "a new file, compressed if it ends with .zst; - is standard output")->required();
  command->add_option("--stream", wanted->streams, "only this one: ORDERS for all partitions, or ORDERS-2; may be repeated")
      ->check(check_stream);
  command->add_option("--from", wanted->from, "what came behind this moment: " + std::string(kMomentHelp))->check(check_moment);
  command->add_option("--to", wanted->to, "what came up to this moment: " + std::string(kMomentHelp))->check(check_moment);
  command->add_flag("--zstd", wanted->zstd, "compressed, whatever the file's name");
  command->callback([&settings, &exit_code, wanted] { exit_code = export_events(settings, *wanted); });
}

}  // namespace ordo::cli
