#pragma once
// Purpose: how many events of a stream one of its readers has not passed yet, from what is heard of both. What was not heard (before the
//          first message, or where the feed lost some) is taken to be as much as messages hold on average, until the reader has passed it.
// Limits:  kMessagesMax are kept apart; beyond it several count as one, which is passed when the last of them is.
// Threads: plain values.

#include <cstdint>
#include <deque>
#include <optional>

#include "events/log/position.hpp"

namespace ordo::admission {

class Unpassed {
 public:
  static constexpr std::size_t kMessagesMax = 16'384;

  // A message of the stream and how many of its events the reader has to do with. One that was passed or heard before says nothing new.
  void stored(std::uint64_t sequence, std::uint32_t events);
  // The reader has passed everything up to and including this event; it never goes back. Answers how many events more that are.
  std::uint64_t passed(log::Position up_to);

  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  struct Message {
    std::uint64_t sequence = 0;  // of the last one, where it is several
    std::uint64_t events = 0;
    std::uint64_t passed = 0;
    bool is_several = false;     // so that an index says nothing
  };

  void add(const Message& message);
  [[nodiscard]] std::uint64_t guess(std::uint64_t messages) const;
  void add_unheard_beginning(std::uint64_t passed_sequence);

  std::deque<Message> messages_;        // that are not passed and hold something
  std::optional<log::Position> passed_;  // nothing: the reader has not been heard of yet
  std::uint64_t first_ = 0;             // that was heard; 0: none
  std::uint64_t last_ = 0;              // that was heard, or is known to have been there
  std::uint64_t count_ = 0;
  double events_per_message_ = 0;
};

}  // namespace ordo::admission
