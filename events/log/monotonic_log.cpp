#include "events/log/monotonic_log.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace ordo::log {

class MonotonicLog::Ends {
 public:
  // Answers the highest that was ever seen.
  std::uint64_t raise(StreamName stream, std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    auto& end = ends_[stream];
    end = std::max(end, sequence);
    return end;
  }

 private:
  std::mutex mutex_;
  std::map<StreamName, std::uint64_t> ends_;
};

MonotonicLog::MonotonicLog(EventLog& log) : log_(log), ends_(std::make_shared<Ends>()) {}

MonotonicLog::~MonotonicLog() = default;

void MonotonicLog::append(AppendRequest request, AppendSettled settled) {
  const auto stream = request.stream;
  log_.append(std::move(request), [ends = ends_, stream, settled = std::move(settled)](Result<std::uint64_t> sequence) {
    if (sequence) ends->raise(stream, *sequence);
    settled(std::move(sequence));
  });
}

std::unique_ptr<Reader> MonotonicLog::read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) {
  return log_.read(stream, from_sequence, [ends = ends_, deliver = std::move(deliver)](StoredMessage message) {
    ends->raise(message.stream, message.sequence);
    deliver(std::move(message));
  });
}

std::unique_ptr<Reader> MonotonicLog::listen(Deliver deliver) {
  return log_.listen([ends = ends_, deliver = std::move(deliver)](StoredMessage message) {
    ends->raise(message.stream, message.sequence);
    deliver(std::move(message));
  });
}

Result<StreamBounds> MonotonicLog::bounds(StreamName stream) {
  return log_.bounds(stream).map([&](StreamBounds bounds) {
    bounds.last_sequence = ends_->raise(stream, bounds.last_sequence);
    return bounds;
  });
}

Result<StoredMessage> MonotonicLog::get(StreamName stream, std::uint64_t sequence) { return log_.get(stream, sequence); }

}  // namespace ordo::log
