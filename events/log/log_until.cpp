#include "events/log/log_until.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "events/log/event.hpp"

namespace ordo::log {
namespace {

// The message at the end, without the events behind it.
Result<void> cut(StoredMessage& message, Position end) {
  if (message.sequence < end.sequence || end.index == kWholeMessage) return {};
  return decode_run(message.payload).map([&](Run run) {
    run.events.resize(std::min<std::size_t>(run.events.size(), end.index + 1));
    message.payload = encode_run(run);
  });
}

class NoReader final : public Reader {};

// Holds up the delivery behind the end, so that the rest of the stream is not read for nothing.
class ReaderUntil final : public Reader {
 public:
  ReaderUntil(EventLog& log, StreamName stream, std::uint64_t from_sequence, Position end, Deliver deliver)
      : end_(end),
        deliver_(std::move(deliver)),
        reader_(log.read(stream, from_sequence, [this](StoredMessage message) { take(std::move(message)); })) {}

  ~ReaderUntil() override {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    closed_changed_.notify_all();
    reader_.reset();
  }

 private:
  void take(StoredMessage message) {
    if (message.sequence > end_.sequence) {
      std::unique_lock lock(mutex_);
      closed_changed_.wait(lock, [this] { return closed_; });
      return;
    }
    (void)cut(message, end_);  // whoever reads a damaged one finds out
    deliver_(std::move(message));
  }

  const Position end_;
  const Deliver deliver_;
  std::mutex mutex_;
  std::condition_variable closed_changed_;
  bool closed_ = false;
  std::unique_ptr<Reader> reader_;  // last: it calls `take`
};

}  // namespace

Position LogUntil::end_of(StreamName stream) const {
  const auto found = ends_.find(stream);
  return found == ends_.end() ? Position{0, 0} : found->second;
}

std::unique_ptr<Reader> LogUntil::read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) {
  const auto end = end_of(stream);
  if (from_sequence > end.sequence) return std::make_unique<NoReader>();
  return std::make_unique<ReaderUntil>(log_, stream, from_sequence, end, std::move(deliver));
}

std::unique_ptr<Reader> LogUntil::listen(Deliver) { return std::make_unique<NoReader>(); }

Result<StreamBounds> LogUntil::bounds(StreamName stream) {
  return log_.bounds(stream).map([&](StreamBounds bounds) {
    bounds.last_sequence = std::min(bounds.last_sequence, end_of(stream).sequence);
    return bounds;
  });
}

Result<StoredMessage> LogUntil::get(StreamName stream, std::uint64_t sequence) {
  const auto end = end_of(stream);
  if (sequence > end.sequence) return failure(FailureKind::corrupt, "there is no such message in the log as it was");
  return log_.get(stream, sequence).and_then([&](StoredMessage message) -> Result<StoredMessage> {
    if (auto done = cut(message, end); !done) return tl::unexpected(done.error());
    return message;
  });
}

}  // namespace ordo::log
