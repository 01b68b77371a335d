#include "cli/event_tail.hpp"

#include <iostream>

namespace ordo::cli {
namespace {

constexpr std::size_t kEventsWaitingMax = 10'000;

}  // namespace

Result<std::unique_ptr<EventTail>> EventTail::open(log::EventLog& log, const EventTailOptions& options) {
  std::unique_ptr<EventTail> tail(new EventTail(options));
  return tail->read(log).map([&] { return std::move(tail); });
}

// A reader that waits for room would keep its destructor waiting as well.
EventTail::~EventTail() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  room_.notify_all();
  readers_.clear();
}

Result<void> EventTail::read(log::EventLog& log) {
  for (const auto kind : log::kStreamKinds) {
    for (log::Partition partition = 0; partition < options_.partitions; ++partition) {
      const log::StreamName stream{kind, partition};
      const auto bounds = log.bounds(stream);
      if (!bounds) return tl::unexpected(bounds.error());
      const auto from = options_.since_start ? 1 : bounds->last_sequence + 1;
      readers_.push_back(log.read(stream, from, [this](const log::StoredMessage& message) { put_all(message); }));
    }
  }
  return {};
}

void EventTail::put_all(const log::StoredMessage& message) {
  auto events = log::events_of(message);
  if (!events) {
    std::cerr << events.error().text << '\n';
    return;
  }
  for (auto& logged : *events) {
    if (!options_.correlation_id.empty() && logged.event.trace.correlation_id != options_.correlation_id) continue;
    put(std::move(logged));
  }
}

void EventTail::put(log::LoggedEvent logged) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return closed_ || waiting_.size() < kEventsWaitingMax; });
  if (closed_) return;
  waiting_.push_back(std::move(logged));
  came_.notify_one();
}

std::optional<log::LoggedEvent> EventTail::take(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  if (!came_.wait_until(lock, deadline, [this] { return !waiting_.empty(); })) return std::nullopt;
  auto logged = std::move(waiting_.front());
  waiting_.pop_front();
  room_.notify_one();
  return logged;
}

}  // namespace ordo::cli
