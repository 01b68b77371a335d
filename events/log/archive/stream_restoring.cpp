#include "events/log/archive/stream_restoring.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "events/log/archive/fenced_appends.hpp"

namespace ordo::log::archive {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{200};

void nap(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop, kPause, [] { return false; });
}

class StreamRestoring {
 public:
  StreamRestoring(const RestoreSettings& settings, StreamName stream, const Section& section, const std::stop_token& stop)
      : settings_(settings), stream_(stream), section_(section), stop_(stop) {}

  Result<void> run() {
    for (;;) {
      auto done = go_on_behind_tail();
      if (done || stop_.stop_requested()) return done;
      const auto& [kind, reason] = done.error();
      if (kind != FailureKind::unavailable && kind != FailureKind::timeout) return done;
      if (Clock::now() >= give_up_at_) return failure(kind, fmt::format("{} takes no message: {}", text(stream_), reason));
      nap(stop_);
    }
  }

 private:
  Result<void> go_on_behind_tail() {
    const auto bounds = settings_.log.bounds(stream_);
    if (!bounds) return tl::unexpected(bounds.error());
    const auto reached = bounds->last_sequence;
    if (is_record(stream_) && reached >= section_.last) return {};
    if (reached + 1 < section_.first || reached > section_.last) {
      return not_as_in_backup(stream_, fmt::format("it ends at {}, where {} to {} belong", reached, section_.first, section_.last));
    }
    note(reached);
    return append_behind(reached);
  }

  // Whoever gets on is given all his time again.
  void note(std::uint64_t reached) {
    if (reached <= farthest_) return;
    farthest_ = reached;
    give_up_at_ = Clock::now() + settings_.patience;
  }

  Result<void> append_behind(std::uint64_t reached) {
    auto reader = LogFileReader::open(fmt::format("{}/{}", settings_.folder, file_of(stream_)));
    if (!reader) return tl::unexpected(reader.error());
    FencedAppends appends(settings_.log);
    for (;;) {
      if (stop_.stop_requested()) return failure(FailureKind::unavailable, "told to stop");
      auto message = reader->next();
      if (!message) return tl::unexpected(message.error());
      if (!*message) return settled(appends);
      count((*message)->sequence);
      if ((*message)->sequence < reached) continue;
      if ((*message)->sequence == reached) {
        if (auto same = compare(**message); !same) return same;
      } else if (!appends.append(std::move(**message))) {
        return settled(appends);
      }
    }
  }

  // A refusal is no verdict: an append of which nothing was heard may have been stored after all. The tail has it.
  static Result<void> settled(FencedAppends& appends) {
    auto done = appends.finish();
    if (!done && done.error().kind == FailureKind::conflict) done.error().kind = FailureKind::unavailable;
    return done;
  }

  // The tail, which says at once what `compare_streams` would find out at the end.
  Result<void> compare(const StoredMessage& wanted) {
    const auto found = settings_.log.get(stream_, wanted.sequence);
    if (!found) return tl::unexpected(found.error());
    if (found->subject == wanted.subject && found->payload == wanted.payload) return {};
    return not_as_in_backup(stream_, fmt::format("its message {} is another", wanted.sequence));
  }

  void count(std::uint64_t sequence) {
    if (sequence <= counted_) return;
    counted_ = sequence;
    if (settings_.count) settings_.count(1);
  }

  const RestoreSettings& settings_;
  const StreamName stream_;
  const Section& section_;
  const std::stop_token& stop_;
  std::uint64_t farthest_ = 0;
  std::uint64_t counted_ = 0;
  Clock::time_point give_up_at_ = Clock::now() + settings_.patience;
};

}  // namespace

tl::unexpected<Failure> not_as_in_backup(StreamName stream, const std::string& how) {
  return failure(FailureKind::conflict, fmt::format("{} is not what the backup holds: {}. Begin anew with an empty system", text(stream), how));
}

Result<void> restore_stream(const RestoreSettings& settings, StreamName stream, const Section& section, const std::stop_token& stop) {
  return StreamRestoring(settings, stream, section, stop).run();
}

}  // namespace ordo::log::archive
