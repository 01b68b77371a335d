#include <array>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/confirmation.hpp"
#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/json_rows.hpp"
#include "cli/lifetime.hpp"
#include "cli/operator_record.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"
#include "command-side/runtime/snapshot.hpp"
#include "events/log/jetstream/snapshot_store.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

constexpr int kNoSuchStream = exit_code::kNo;
constexpr auto kListFooter =
    "Exit: 0 shown, 1 they could not be read.\n"
    "Example: ordo snapshots list --output ndjson";

constexpr auto kDeleteFooter =
    "It asks first. Nothing is lost but time: the next start of an owner folds its whole stream, a million events in some seconds.\n"
    "Exit: 0 deleted, 1 not deleted (away, or not confirmed), 2 there is no such stream.\n"
    "Example: ordo snapshots delete BILLING-2 --yes --reason 'a state that looks wrong'";

constexpr std::array kOwned{log::StreamKind::orders, log::StreamKind::billing, log::StreamKind::notifications};

using Streams = std::vector<log::StreamName>;
using log::jetstream::JetStreamSnapshotStore;

Streams every_owned_stream(const Settings& settings) {
  Streams streams;
  for (const auto kind : kOwned) {
    for (log::Partition partition = 0; partition < settings.partitions; ++partition) streams.push_back({kind, partition});
  }
  return streams;
}

struct Found {
  std::string stream;
  std::string bytes;
};

std::string json_of(const Found& found) {
  const auto snapshot = runtime::decode_snapshot(found.bytes);
  JsonText json;
  json.open_object().member("stream", found.stream).member("bytes", found.bytes.size());
  if (snapshot) {
    json.member("sequence", snapshot->end.sequence).member("state_version", snapshot->state_version);
    json.member("taken", text(snapshot->taken));
  } else {
    json.member("fault", snapshot.error().text);
  }
  return json.close_object().take();
}

void add_row(Table& table, const Found& found) {
  const auto bytes = std::to_string(found.bytes.size());
  if (const auto snapshot = runtime::decode_snapshot(found.bytes)) {
    table.add({found.stream, std::to_string(snapshot->end.sequence), bytes, std::to_string(snapshot->state_version),
               text(snapshot->taken)});
  } else {
    table.add({found.stream, Cell("of no use", Tone::warning), bytes, "", snapshot.error().text});
  }
}

Result<std::vector<Found>> find_all(const Settings& settings, JetStreamSnapshotStore& store) {
  std::vector<Found> all;
  for (const auto stream : every_owned_stream(settings)) {
    auto bytes = store.load(stream);
    if (!bytes) return tl::unexpected(bytes.error());
    if (*bytes) all.push_back({log::text(stream), std::move(**bytes)});
  }
  return all;
}

int list(const Settings& settings) {
  start_process("snapshots", "warn");
  auto connection = open_log(settings, "snapshots");
  if (!connection) return give_up(connection.error());
  JetStreamSnapshotStore store(connection->nats);
  const auto all = find_all(settings, store);
  if (!all) return give_up(all.error());
  if (settings.output == "table") {
    Table table{"STREAM", ">UP TO MESSAGE", ">BYTES", ">STATE VERSION", "TAKEN"};
    for (const auto& found : *all) add_row(table, found);
    std::cout << table.text(stdout_is_coloured());
    return exit_code::kGood;
  }
  JsonRows rows(std::cout, settings.output);
  for (const auto& found : *all) rows.add(json_of(found));
  return exit_code::kGood;
}

struct Deletion {
  std::string stream;
  std::string reason;
  bool yes = false;
};

std::string deleted_text(const std::string& name, const std::string& output) {
  if (output == "table") return name + " deleted";
  return JsonText().open_object().member("stream", name).member("deleted", true).close_object().take();
}

ActOutcome remove_all(const Streams& streams, JetStreamSnapshotStore& store, const std::string& output) {
  JsonRows rows(std::cout, output == "json" ? "json" : "ndjson");
  for (const auto stream : streams) {
    const auto name = log::text(stream);
    if (const auto removed = store.remove(stream); !removed) return {give_up(removed.error()), name + ": " + removed.error().text};
    rows.add(deleted_text(name, output));
  }
  return {exit_code::kGood, fmt::format("deleted of {} streams", streams.size())};
}

int remove(const Settings& settings, const Deletion& wanted) {
  start_process("snapshots", "warn");
  auto streams = every_owned_stream(settings);
  if (!wanted.stream.empty()) std::erase_if(streams, [&](log::StreamName stream) { return log::text(stream) != wanted.stream; });
  if (streams.empty()) {
    std::cerr << fmt::format("ordo: {} has no owner that leaves snapshots; say, for example, ORDERS-0\n", wanted.stream);
    return kNoSuchStream;
  }
  const auto whose = wanted.stream.empty() ? "every snapshot" : "the snapshot of " + wanted.stream;
  const auto loss = fmt::format("this deletes {}: starts are slower until there are new ones", whose);
  if (!confirmed(wanted.yes, loss)) return exit_code::kFailed;
  auto connection = open_log(settings, "snapshots");
  if (!connection) return give_up(connection.error());
  JetStreamSnapshotStore store(connection->nats);
  const Act act{actor_of(settings.actor), "snapshots delete", wanted.stream, wanted.reason};
  return record_act(*connection->log, act, [&] { return remove_all(streams, store, settings.output); });
}

}  // namespace

void add_snapshots(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("snapshots", "what the owners of orders, billing and notifications start from");
  command->require_subcommand(1);
  command->footer("Example: ordo snapshots list");
  auto* listing = command->add_subcommand("list", "shows which there are");
  listing->footer(kListFooter);
  listing->callback([&settings, &exit_code] { exit_code = list(settings); });
  auto* deletion = command->add_subcommand("delete", "deletes them: the next start folds the log from its beginning");
  deletion->footer(kDeleteFooter);
  const auto wanted = std::make_shared<Deletion>();
  deletion->add_option("stream", wanted->stream, "only this stream's, for example ORDERS-0");
  deletion->add_option("--reason", wanted->reason, "why, for the record");
  deletion->add_flag("--yes", wanted->yes, kYesHelp);
  deletion->callback([&settings, &exit_code, wanted] { exit_code = remove(settings, *wanted); });
}

}  // namespace ordo::cli
