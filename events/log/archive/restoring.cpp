#include "events/log/archive/restoring.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "events/log/archive/stream_restoring.hpp"

namespace ordo::log::archive {
namespace {

constexpr std::size_t kThreadsMax = 8;

bool is_no_record(StreamName stream) { return !is_record(stream); }
bool is_any(StreamName) { return true; }

using Step = std::function<Result<void>(StreamName, const Section&, const std::stop_token&)>;

// Each stream on one of several threads, the longest first; the first failure ends all.
class ForEachStream {
 public:
  ForEachStream(const RestoreSettings& settings, Step step, bool (*wanted)(StreamName))
      : step_(std::move(step)), halt_(settings.stop, Halt{&stop_}) {
    for (const auto& [stream, section] : settings.manifest.streams) {
      if (wanted(stream)) streams_.push_back({stream, &section});
    }
    std::ranges::sort(streams_, std::greater{}, [](const auto& each) { return each.second->messages; });
  }

  Result<void> run() {
    {
      std::vector<std::jthread> threads;
      for (std::size_t count = 0; count < std::min(kThreadsMax, streams_.size()); ++count) threads.emplace_back([this] { work(); });
    }
    return failed_ ? Result<void>(tl::unexpected(*failed_)) : Result<void>();
  }

 private:
  struct Halt {
    std::stop_source* stop;
    void operator()() const { stop->request_stop(); }
  };

  void work() {
    for (auto place = next_.fetch_add(1); place < streams_.size() && !stop_.stop_requested(); place = next_.fetch_add(1)) {
      const auto& [stream, section] = streams_[place];
      const auto done = step_(stream, *section, stop_.get_token());
      if (done) continue;
      const std::lock_guard lock(mutex_);
      if (!failed_) failed_ = done.error();
      stop_.request_stop();
    }
    const std::lock_guard lock(mutex_);
    if (stop_.stop_requested() && !failed_) failed_ = Failure{FailureKind::unavailable, "told to stop"};
  }

  Step step_;
  std::vector<std::pair<StreamName, const Section*>> streams_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::optional<Failure> failed_;
  std::stop_source stop_;
  std::stop_callback<Halt> halt_;  // last: it uses `stop_`
};

Result<void> compare_stream(const RestoreSettings& settings, StreamName stream, const Section& section, const std::stop_token& stop) {
  const auto bounds = settings.log.bounds(stream);
  if (!bounds) return tl::unexpected(bounds.error());
  const bool ends_well = is_record(stream) ? bounds->last_sequence >= section.last : bounds->last_sequence == section.last;
  if (bounds->first_sequence != section.first || !ends_well) {
    return not_as_in_backup(stream, fmt::format("it holds {} to {}, where {} to {} belong", bounds->first_sequence, bounds->last_sequence,
                                                section.first, section.last));
  }
  Chain chain;
  auto scanned = scan(settings.log, {stream, section.first, section.last}, stop, [&](const StoredMessage& message) -> Result<Visit> {
    chain.add(message);
    if (settings.count) settings.count(1);
    return Visit::go_on;
  });
  if (!scanned) return scanned;
  return chain.text() == section.chain ? Result<void>() : not_as_in_backup(stream, "its messages are others");
}

}  // namespace

Result<void> restore_records(const RestoreSettings& settings) {
  return ForEachStream(settings, [&](StreamName stream, const Section& section, const std::stop_token& stop) {
           return restore_stream(settings, stream, section, stop);
         }, is_record).run();
}

Result<void> restore_streams(const RestoreSettings& settings) {
  return ForEachStream(settings, [&](StreamName stream, const Section& section, const std::stop_token& stop) {
           return restore_stream(settings, stream, section, stop);
         }, is_no_record).run();
}

Result<void> compare_streams(const RestoreSettings& settings) {
  return ForEachStream(settings, [&](StreamName stream, const Section& section, const std::stop_token& stop) {
           return compare_stream(settings, stream, section, stop);
         }, is_any).run();
}

}  // namespace ordo::log::archive
