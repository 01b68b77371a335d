#include "gateway/admission/unpassed.hpp"

#include <algorithm>
#include <cmath>

namespace ordo::admission {
namespace {

// How much the latest message weighs in the average.
constexpr double kWeight = 1.0 / 16;

}  // namespace

void Unpassed::stored(std::uint64_t sequence, std::uint32_t events) {
  if (sequence <= last_) return;
  events_per_message_ = first_ == 0 ? events : events_per_message_ + (events - events_per_message_) * kWeight;
  if (last_ != 0 || passed_) add({sequence - 1, guess(sequence - 1 - last_), 0, true});
  if (first_ == 0) first_ = sequence;
  last_ = sequence;
  add({sequence, events});
}

std::uint64_t Unpassed::passed(log::Position up_to) {
  if (passed_ && up_to <= *passed_) return 0;
  if (!passed_ && first_ != 0) add_unheard_beginning(up_to.sequence);
  passed_ = up_to;
  last_ = std::max(last_, up_to.sequence);
  const auto before = count_;
  while (!messages_.empty() && messages_.front().sequence <= up_to.sequence) {
    auto& front = messages_.front();
    const bool is_whole = front.sequence < up_to.sequence || front.is_several || front.events <= std::uint64_t{up_to.index} + 1;
    const auto now_passed = is_whole ? front.events : std::max(front.passed, std::uint64_t{up_to.index} + 1);
    count_ -= now_passed - front.passed;
    front.passed = now_passed;
    if (!is_whole) break;
    messages_.pop_front();
  }
  return before - count_;
}

void Unpassed::add(const Message& message) {
  if (message.events == 0) return;
  count_ += message.events;
  if (messages_.size() < kMessagesMax) {
    messages_.push_back(message);
    return;
  }
  auto& last = messages_.back();
  last = {message.sequence, last.events + message.events, last.passed, true};
}

std::uint64_t Unpassed::guess(std::uint64_t messages) const {
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(messages) * events_per_message_));
}

void Unpassed::add_unheard_beginning(std::uint64_t passed_sequence) {
  if (first_ <= passed_sequence + 1) return;
  const auto events = guess(first_ - 1 - passed_sequence);
  if (events == 0) return;
  count_ += events;
  messages_.push_front({first_ - 1, events, 0, true});
}

}  // namespace ordo::admission
