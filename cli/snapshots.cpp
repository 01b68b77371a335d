#include <array>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "command-side/runtime/snapshot.hpp"
#include "events/log/jetstream/snapshot_store.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

constexpr int kNoSuchStream = 2;
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

void print_snapshot(const std::string& stream, const std::string& bytes, bool as_json) {
  const auto snapshot = runtime::decode_snapshot(bytes);
  if (as_json) {
    JsonText json;
    json.open_object().member("stream", stream).member("bytes", bytes.size());
    if (snapshot) {
      json.member("sequence", snapshot->end.sequence).member("state_version", snapshot->state_version);
      json.member("taken", text(snapshot->taken));
    } else {
      json.member("fault", snapshot.error().text);
    }
    std::cout << json.close_object().take() << '\n';
  } else if (snapshot) {
    std::cout << fmt::format("{:<18} {:>14} {:>14} {:>14} {}\n", stream, snapshot->end.sequence, bytes.size(), snapshot->state_version,
                             text(snapshot->taken));
  } else {
    std::cout << fmt::format("{:<18} {:>14} {:>14} {}\n", stream, "of no use", bytes.size(), snapshot.error().text);
  }
}

int list(const Settings& settings) {
  start_process("snapshots", "warn");
  auto connection = open_log(settings, "snapshots");
  if (!connection) return give_up(connection.error());
  JetStreamSnapshotStore store(connection->nats);
  const bool as_json = settings.output != "table";
  if (!as_json) std::cout << fmt::format("{:<18} {:>14} {:>14} {:>14} TAKEN\n", "STREAM", "UP TO MESSAGE", "BYTES", "STATE VERSION");
  for (const auto stream : every_owned_stream(settings)) {
    const auto bytes = store.load(stream);
    if (!bytes) return give_up(bytes.error());
    if (*bytes) print_snapshot(log::text(stream), **bytes, as_json);
  }
  return 0;
}

int remove(const Settings& settings, const std::string& wanted) {
  start_process("snapshots", "warn");
  auto streams = every_owned_stream(settings);
  if (!wanted.empty()) {
    std::erase_if(streams, [&wanted](log::StreamName stream) { return log::text(stream) != wanted; });
    if (streams.empty()) {
      std::cerr << fmt::format("ordo: {} has no owner that leaves snapshots; say, for example, ORDERS-0\n", wanted);
      return kNoSuchStream;
    }
  }
  auto connection = open_log(settings, "snapshots");
  if (!connection) return give_up(connection.error());
  JetStreamSnapshotStore store(connection->nats);
  for (const auto stream : streams) {
    if (const auto removed = store.remove(stream); !removed) return give_up(removed.error());
  }
  return 0;
}

}  // namespace

void add_snapshots(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("snapshots", "what the owners of orders, billing and notifications start from");
  command->require_subcommand(1);
  command->add_subcommand("list", "shows which there are")->callback([&settings, &exit_code] { exit_code = list(settings); });
  auto* deletion = command->add_subcommand("delete", "deletes them: the next start folds the log from its beginning");
  const auto wanted = std::make_shared<std::string>();
  deletion->add_option("stream", *wanted, "only this stream's, for example ORDERS-0");
  deletion->footer("Example: ordo snapshots delete BILLING-2");
  deletion->callback([&settings, &exit_code, wanted] { exit_code = remove(settings, *wanted); });
}

}  // namespace ordo::cli
