#include "command-side/runtime/snapshot_keeping.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ordo::runtime {
namespace {

// Nothing when it stands there.
Result<std::optional<std::string>> why_it_does_not_fit(log::EventLog& log, const Snapshot& snapshot, log::StreamName stream,
                                                       std::uint64_t log_end) {
  const auto& end = snapshot.end;
  if (snapshot.stream != stream) return fmt::format("it is of {}", log::text(snapshot.stream));
  if (end.sequence > log_end) return fmt::format("it ends at {}, and the log at {}", end.sequence, log_end);
  const auto message = log.get(stream, end.sequence);
  if (!message) return tl::unexpected(message.error());
  const auto run = log::decode_run(message->payload);
  if (run && !run->events.empty() && run->events.front().id == end.run) return std::nullopt;
  return fmt::format("message {} is another one: it was taken of another log", end.sequence);
}

}  // namespace

Result<void> SnapshotKeeping::begin(log::EventLog& log, log::StreamName stream, std::uint64_t log_end, Context& context,
                                    Parking& parking, Journal& journal) {
  if (snapshots_.queue == nullptr || journal.last_sequence() > 0) return {};
  std::string why;
  auto found = find(log, stream, log_end);
  if (!found && found.error().retryable() && ++asked_ < kSnapshotAskedMax) return tl::unexpected(found.error());
  if (!found) {
    why = found.error().text;
  } else if (!*found) {
    spdlog::info("{}: there is no snapshot; folding from the beginning", log::text(stream));
    return {};
  } else if (const auto adopted = adopt(std::move(**found), context, parking, journal)) {
    spdlog::info("{}: from the snapshot at {}", log::text(stream), journal.last_sequence());
    return {};
  } else {
    why = adopted.error().text;
  }
  spdlog::warn("{}: the snapshot is not used: {}; folding from the beginning", log::text(stream), why);
  return {};
}

Result<std::optional<Snapshot>> SnapshotKeeping::find(log::EventLog& log, log::StreamName stream, std::uint64_t log_end) {
  const auto bytes = snapshots_.queue->store().load(stream);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  auto snapshot = decode_snapshot(**bytes);
  if (!snapshot) return tl::unexpected(snapshot.error());
  const auto why = why_it_does_not_fit(log, *snapshot, stream, log_end);
  if (!why) return tl::unexpected(why.error());
  if (*why) return failure(FailureKind::corrupt, **why);
  return std::move(*snapshot);
}

Result<void> SnapshotKeeping::adopt(Snapshot snapshot, Context& context, Parking& parking, Journal& journal) {
  if (snapshot.state_version != context.state_version()) {
    return failure(FailureKind::corrupt,
                   fmt::format("its state has version {} instead of {}", snapshot.state_version, context.state_version()));
  }
  auto parked = Parking::load(snapshot.parked);
  if (!parked) return tl::unexpected(parked.error());
  if (auto loaded = context.load_state(snapshot.state); !loaded) return loaded;
  parking = std::move(*parked);
  journal.begin_at(snapshot.end);
  bytes_then_ = snapshot.state.size();
  return {};
}

bool SnapshotKeeping::is_due(const Journal& journal) const {
  if (snapshots_.queue == nullptr) return false;
  const auto worth_it = bytes_then_ / kSnapshotBytesPerEventMax;
  return journal.events() - events_then_ >= std::max<std::uint64_t>(snapshots_.events_between_min, worth_it);
}

bool SnapshotKeeping::is_news(const Journal& journal) const {
  return snapshots_.queue != nullptr && journal.events() > events_then_;
}

void SnapshotKeeping::take(const Context& context, const Parking& parking, const Journal& journal, log::StreamName stream,
                           Timestamp now) {
  Snapshot snapshot{stream, context.state_version(), journal.end(), now, context.save_state(), parking.save()};
  events_then_ = journal.events();
  bytes_then_ = snapshot.state.size();
  snapshots_.queue->put(std::move(snapshot));
}

}  // namespace ordo::runtime
