#include "projections/runtime/mailbox.hpp"

namespace ordo::projections {

void Mailbox::push(log::StoredMessage message) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return closed_ || bytes_ < bytes_max_; });
  if (closed_) return;
  bytes_ += message.payload.size();
  messages_.push_back(std::move(message));
  if (messages_.size() == 1) filled_.notify_one();
}

std::vector<log::StoredMessage> Mailbox::take(const std::stop_token& stop, std::size_t bytes_max, std::chrono::milliseconds silence_max) {
  std::vector<log::StoredMessage> taken;
  std::unique_lock lock(mutex_);
  if (!filled_.wait_for(lock, stop, silence_max, [this] { return !messages_.empty(); })) return taken;
  std::size_t bytes = 0;
  while (!messages_.empty() && bytes < bytes_max) {
    bytes += messages_.front().payload.size();
    taken.push_back(std::move(messages_.front()));
    messages_.pop_front();
  }
  bytes_ -= bytes;
  room_.notify_all();
  return taken;
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  room_.notify_all();
}

}  // namespace ordo::projections
