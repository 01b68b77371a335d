#include "command-side/runtime/mailbox.hpp"

#include <iterator>

namespace ordo::runtime {

void Mailbox::put(Ack ack) {
  const std::scoped_lock lock(mutex_);
  first_class_.emplace_back(std::move(ack));
  mail_came_.notify_one();
}

void Mailbox::put(Note note) {
  const std::scoped_lock lock(mutex_);
  first_class_.emplace_back(note);
  mail_came_.notify_one();
}

void Mailbox::put(log::StoredMessage message) {
  std::unique_lock lock(mutex_);
  room_came_.wait(lock, [this] { return closed_ || !input_open_ || input_bytes_ < kInputBytesMax; });
  if (closed_ || !input_open_) return;
  input_bytes_ += message.payload.size();
  input_.push_back(std::move(message));
  mail_came_.notify_one();
}

std::vector<Mail> Mailbox::take(bool input_wanted, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  mail_came_.wait_for(lock, patience, [&] {
    return closed_ || !first_class_.empty() || (input_wanted && !input_.empty());
  });
  std::vector<Mail> mail;
  mail.swap(first_class_);
  if (input_wanted) {
    mail.insert(mail.end(), std::make_move_iterator(input_.begin()), std::make_move_iterator(input_.end()));
    input_.clear();
    input_bytes_ = 0;
    room_came_.notify_all();
  }
  return mail;
}

void Mailbox::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  mail_came_.notify_all();
  room_came_.notify_all();
}

void Mailbox::close_input() {
  const std::scoped_lock lock(mutex_);
  input_open_ = false;
  input_.clear();
  input_bytes_ = 0;
  room_came_.notify_all();
}

void Mailbox::open_input() {
  const std::scoped_lock lock(mutex_);
  input_open_ = true;
}

}  // namespace ordo::runtime
