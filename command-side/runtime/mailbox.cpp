#include "command-side/runtime/mailbox.hpp"

#include <algorithm>
#include <utility>

namespace ordo::runtime {

void Mailbox::put(Notice notice) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return;
  notices_.push_back(std::move(notice));
  mail_came_.notify_one();
}

void Mailbox::put(log::StoredMessage message) {
  std::unique_lock lock(mutex_);
  const auto stream = message.stream;
  room_came_.wait(lock, [&] {
    const auto lane = lanes_.find(stream);
    return lane == lanes_.end() || lane->second.bytes < kStreamBytesMax;
  });
  const auto lane = lanes_.find(stream);
  if (lane == lanes_.end()) return;
  lane->second.bytes += message.payload.size();
  lane->second.messages.push_back(std::move(message));
  mail_came_.notify_one();
}

void Mailbox::wait(std::span<const log::StreamName> wanted, std::chrono::milliseconds patience) {
  const auto has_mail = [this](const log::StreamName& stream) {
    const auto lane = lanes_.find(stream);
    return lane != lanes_.end() && !lane->second.messages.empty();
  };
  if (patience <= std::chrono::milliseconds(0)) return;
  std::unique_lock lock(mutex_);
  mail_came_.wait_for(lock, patience, [&] {
    return woken_ || closed_ || !notices_.empty() || std::ranges::any_of(wanted, has_mail);
  });
  woken_ = false;
}

std::vector<Notice> Mailbox::take_notices() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(notices_, {});
}

std::optional<log::StoredMessage> Mailbox::take(log::StreamName stream) {
  const std::scoped_lock lock(mutex_);
  const auto lane = lanes_.find(stream);
  if (lane == lanes_.end() || lane->second.messages.empty()) return std::nullopt;
  auto message = std::move(lane->second.messages.front());
  lane->second.messages.pop_front();
  lane->second.bytes -= message.payload.size();
  room_came_.notify_all();
  return message;
}

void Mailbox::open(log::StreamName stream) {
  const std::scoped_lock lock(mutex_);
  if (!closed_) lanes_[stream];
}

void Mailbox::close_streams() {
  const std::scoped_lock lock(mutex_);
  lanes_.clear();
  room_came_.notify_all();
}

void Mailbox::wake() {
  const std::scoped_lock lock(mutex_);
  woken_ = true;
  mail_came_.notify_one();
}

void Mailbox::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  notices_.clear();
  lanes_.clear();
  mail_came_.notify_all();
  room_came_.notify_all();
}

}  // namespace ordo::runtime
