#include "projections/runtime/time_ordered_mailbox.hpp"

#include <algorithm>
#include <utility>

#include "events/log/event.hpp"

namespace ordo::projections {
namespace {

constexpr std::chrono::seconds kPatience{1};

}  // namespace

TimeOrderedMailbox::TimeOrderedMailbox(const Reached& reached, const Reached& until, std::size_t bytes_max)
    : bytes_max_(bytes_max / std::max<std::size_t>(reached.size(), 1)) {
  for (const auto& [stream, sequence] : reached) {
    const auto last = until.find(stream);
    inlets_[stream] = {sequence, last == until.end() ? 0 : last->second, 0, {}};
  }
}

void TimeOrderedMailbox::push(log::StoredMessage message) {
  const auto time = log::first_time_in_run(message.payload).value_or(Timestamp{});
  std::unique_lock lock(mutex_);
  auto& inlet = inlets_.at(message.stream);
  room_.wait(lock, [&] { return closed_ || !inlet.may_bring_more() || inlet.bytes < bytes_max_; });
  if (closed_ || !inlet.may_bring_more()) return;
  inlet.came = message.sequence;
  if (message.sequence <= inlet.until) {
    inlet.bytes += message.payload.size();
    inlet.messages.push_back({time, std::move(message)});
  }
  filled_.notify_one();
}

std::vector<log::StoredMessage> TimeOrderedMailbox::take(const std::stop_token& stop, std::size_t bytes_max) {
  std::vector<log::StoredMessage> taken;
  std::size_t bytes = 0;
  std::unique_lock lock(mutex_);
  while (bytes < bytes_max && filled_.wait_for(lock, stop, kPatience, [this] { return can_give(); })) {
    auto* const next = earliest();
    if (next == nullptr) break;
    auto& message = next->messages.front().message;
    bytes += message.payload.size();
    next->bytes -= message.payload.size();
    taken.push_back(std::move(message));
    next->messages.pop_front();
    room_.notify_all();
  }
  return taken;
}

bool TimeOrderedMailbox::has_ended() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::none_of(inlets_, [](const auto& each) { return each.second.may_bring_more() || !each.second.messages.empty(); });
}

std::vector<log::StreamName> TimeOrderedMailbox::waits_for() const {
  const std::lock_guard lock(mutex_);
  std::vector<log::StreamName> streams;
  for (const auto& [stream, inlet] : inlets_) {
    if (inlet.messages.empty() && inlet.may_bring_more()) streams.push_back(stream);
  }
  return streams;
}

void TimeOrderedMailbox::expect_only(log::StreamName stream, const log::StreamBounds& bounds) {
  const std::lock_guard lock(mutex_);
  auto& inlet = inlets_.at(stream);
  if (bounds.first_sequence > inlet.until || bounds.last_sequence <= inlet.came) inlet.until = std::min(inlet.until, inlet.came);
  filled_.notify_one();
}

void TimeOrderedMailbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  room_.notify_all();
}

// Which message is the earliest is known when every stream shows its next one.
bool TimeOrderedMailbox::can_give() const {
  return std::ranges::all_of(inlets_, [](const auto& each) { return !each.second.messages.empty() || !each.second.may_bring_more(); });
}

TimeOrderedMailbox::Inlet* TimeOrderedMailbox::earliest() {
  Inlet* found = nullptr;
  for (auto& [stream, inlet] : inlets_) {
    if (inlet.messages.empty()) continue;
    if (found == nullptr || inlet.messages.front().time < found->messages.front().time) found = &inlet;
  }
  return found;
}

}  // namespace ordo::projections
