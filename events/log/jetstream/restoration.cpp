#include "events/log/jetstream/restoration.hpp"

#include <fmt/format.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/stream_info.hpp"
#include "events/log/jetstream/stream_settings.hpp"
#include "events/log/jetstream/system_parts.hpp"
#include "events/log/written_streams.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::log::jetstream {
namespace {

// Holds the copy's name, and then "done": a key that is removed by a purge was seen to come back when the server was killed (2.10.27).
constexpr const char* kRestorationKey = "restoration";
constexpr const char* kDone = "done";
constexpr const char* kGoElsewhere =
    "restore into an empty system, a NATS store and a database of their own on which not even `ordo setup` has run (with ./run: `./run "
    "services` with another ORDO_VAR)";

std::uint64_t number_in(const FlatJson& info, std::string_view path) {
  const auto found = info.find(path);
  return found == info.end() ? 0 : parse_number<std::uint64_t>(found->second).value_or(0);
}

// Which streams a system has, and the owners' snapshots, which would speak of another log.
std::vector<std::string> all_streams(Partition partitions) {
  std::vector<std::string> names{std::string(kSnapshotsStream)};
  for (const auto stream : written_streams(partitions)) names.push_back(text(stream));
  return names;
}

Result<void> require_empty(Connection& connection, Partition partitions) {
  const auto count = system_value(connection, kPartitionsKey);
  if (!count) return tl::unexpected(count.error());
  if (*count && **count != std::to_string(partitions)) {
    return failure(FailureKind::conflict, fmt::format("this system was set up with {} partitions, the copy has {}: {}", **count, partitions,
                                                      kGoElsewhere));
  }
  for (const auto& name : all_streams(partitions)) {
    const auto info = stream_info(connection, name);
    if (!info) return tl::unexpected(info.error());
    if (*info && number_in(**info, "state.last_seq") > 0) {
      return failure(FailureKind::conflict, fmt::format("this system is not empty: {} has got to message {}. Nothing was changed; {}", name,
                                                        number_in(**info, "state.last_seq"), kGoElsewhere));
    }
  }
  return {};
}

// By a purge of nothing up to there, and not by the setting `first_seq`: with that one, nats-server 2.10.0 to 2.10.27 forgets all messages
// of a stream at its first restart (nats-server #6753). A stream that may not be purged is made as one that may, first.
Result<void> make_stream_at(Connection& connection, StreamName name, std::uint64_t first, int replicas) {
  const auto stream = text(name);
  const auto settings = stream_settings(name, replicas);
  auto before = stream_info(connection, stream);
  if (!before) return tl::unexpected(before.error());
  if (!*before) {
    auto purgeable = settings;
    constexpr std::string_view kDenied = R"("deny_purge":true)";
    if (const auto at = purgeable.find(kDenied); at != std::string::npos) purgeable.replace(at, kDenied.size(), R"("deny_purge":false)");
    if (auto made = settle_stream(connection, "CREATE", stream, purgeable); !made) return made;
    before.emplace(FlatJson());
  }
  if (number_in(**before, "state.last_seq") == 0) {
    const auto purged = ask_patiently(connection, "$JS.API.STREAM.PURGE." + stream, JsonText().open_object().member("seq", first).close_object().take());
    if (!purged) return tl::unexpected(purged.error());
    const auto error = parse_api_error(*purged);
    if (!error || error->code != 0) {
      return failure(FailureKind::conflict, fmt::format("{} cannot be made to begin at {}: {}; {}", stream, first,
                                                        error ? error->text : *purged, kGoElsewhere));
    }
  }
  return settle_stream(connection, "UPDATE", stream, settings);
}

Result<std::optional<std::string>> copy_under_way(Connection& connection) {
  return system_value(connection, kRestorationKey).map([](std::optional<std::string> value) {
    return value == kDone ? std::nullopt : std::move(value);
  });
}

}  // namespace

Result<void> require_room(Connection& connection, const Restoration& wanted) {
  const auto under_way = copy_under_way(connection);
  if (!under_way) return tl::unexpected(under_way.error());
  if (!*under_way) return require_empty(connection, wanted.partitions);
  if (**under_way == wanted.copy) return {};
  return failure(FailureKind::conflict, fmt::format("the restoration of another copy ({}) was begun here and is not at its end: finish that "
                                                    "one, or {}", **under_way, kGoElsewhere));
}

Result<void> begin_restoration(Connection& connection, const Restoration& wanted) {
  if (auto room = require_room(connection, wanted); !room) return room;
  if (auto made = make_buckets(connection, wanted.replicas); !made) return made;
  if (auto written = replace_system_value(connection, kRestorationKey, wanted.copy); !written) return written;
  for (const auto& [stream, first] : wanted.first_sequences) {
    if (first <= 1) continue;
    if (auto made = make_stream_at(connection, stream, first, wanted.replicas); !made) return made;
  }
  return make_streams(connection, wanted.partitions, wanted.replicas);
}

Result<void> end_restoration(Connection& connection, const Restoration& done) {
  const auto written = write_system_value(connection, kPartitionsKey, std::to_string(done.partitions));
  if (!written && written.error().kind != FailureKind::conflict) return written;
  return replace_system_value(connection, kRestorationKey, kDone);
}

Result<void> require_no_restoration(Connection& connection) {
  const auto under_way = copy_under_way(connection);
  if (!under_way) return tl::unexpected(under_way.error());
  if (!*under_way) return {};
  return failure(FailureKind::conflict, fmt::format("a restoration was begun here and is not at its end, so the log is not whole: run `ordo "
                                                    "restore` or `ordo import` again with the same copy ({}), or begin anew with an empty "
                                                    "system", **under_way));
}

}  // namespace ordo::log::jetstream
