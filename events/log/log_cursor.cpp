#include "events/log/log_cursor.hpp"

#include <fmt/format.h>

namespace ordo::log {
namespace {

constexpr std::size_t kBytesMax = 2 << 20;
constexpr int kSilencesMax = 15;

}  // namespace

LogCursor::LogCursor(EventLog& log, StreamName stream, std::uint64_t from_sequence, std::chrono::milliseconds silence_max)
    : log_(log),
      stream_(stream),
      next_(from_sequence),
      silence_max_(silence_max),
      reader_(log.read(stream, from_sequence, [this](StoredMessage message) { put(std::move(message)); })) {}

// A reader that waits for room would keep its destructor waiting as well.
LogCursor::~LogCursor() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  room_.notify_all();
  reader_.reset();
}

void LogCursor::put(StoredMessage message) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return closed_ || bytes_ < kBytesMax; });
  if (closed_) return;
  bytes_ += message.payload.size();
  messages_.push_back(std::move(message));
  filled_.notify_one();
}

std::optional<StoredMessage> LogCursor::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (!filled_.wait_for(lock, stop, silence_max_, [this] { return !messages_.empty(); })) return std::nullopt;
  auto message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= message.payload.size();
  room_.notify_one();
  return message;
}

Result<StoredMessage> LogCursor::next(const std::stop_token& stop) {
  Failure last{FailureKind::unavailable, "nothing came"};
  for (int silences = 0; silences < kSilencesMax; ++silences) {
    if (auto message = take(stop)) {
      next_ = message->sequence + 1;
      return std::move(*message);
    }
    if (stop.stop_requested()) break;
    if (auto there = look_for_next(); !there) {
      if (!there.error().retryable()) return tl::unexpected(there.error());
      last = there.error();
    }
  }
  if (stop.stop_requested()) return failure(FailureKind::unavailable, "told to stop");
  return failure(FailureKind::unavailable, fmt::format("{} cannot be read: {}", text(stream_), last.text));
}

// A server that finds a stored message damaged stops delivering before it, and says nothing.
Result<void> LogCursor::look_for_next() const {
  const auto bounds = log_.bounds(stream_);
  if (!bounds) return tl::unexpected(bounds.error());
  if (bounds->first_sequence > next_) return {};  // forgotten meanwhile: the reader goes on behind it
  const auto message = log_.get(stream_, next_);
  if (message) return {};
  if (message.error().retryable()) return tl::unexpected(message.error());
  return failure(FailureKind::corrupt, fmt::format("the log counts message {} of {}, but cannot give it: it is damaged or lost", next_,
                                                   text(stream_)));
}

}  // namespace ordo::log
