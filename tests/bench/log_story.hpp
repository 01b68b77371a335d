#pragma once
// Purpose: one partition of a log as the roles would have written it: accounts, top-ups, orders, payments, cancellations, refunds and
//          letters, with positions, keys, causes and balances that fit, so that `ordo verify` finds nothing wrong with it.
// Threads: one.

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <vector>

#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"
#include "tests/bench/appender.hpp"

namespace ordo::bench {

// What becomes of a hundred orders; the others are paid and stay so.
struct Fates {
  std::uint32_t refused = 0;    // too dear: cancelled by Ordo
  std::uint32_t cancelled = 0;  // paid, cancelled by its customer some time later, refunded
  std::uint32_t late = 0;       // its letter went out at the second attempt
  std::uint32_t top_ups = 0;    // beside them
  bool letters = true;          // are written, and recorded
};

inline constexpr Fates kAllPaid{};
inline constexpr Fates kAllPaidUnwritten{.letters = false};
inline constexpr Fates kMixed{.refused = 4, .cancelled = 8, .late = 3, .top_ups = 5};

class LogStory {
 public:
  LogStory(Appender& appender, log::Partition partition, log::Partition partitions, std::uint64_t users, Fates fates);

  // At most a hundred at once: one message of each step.
  void order(std::uint32_t count);
  // What is still to be cancelled.
  void end();

  // Of all streams but USERS.
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  struct Said {
    log::Payload payload;
    log::Key key;
    std::size_t cause = 0;  // the place of what led to it in the message that it follows
  };
  struct Stored {
    log::StreamKind stream{};
    std::uint64_t sequence = 0;
    std::vector<log::Event> events;
  };
  using Purchases = std::vector<orders::Purchase>;

  void open_accounts(std::span<const UserId> users);
  void top_up(std::uint32_t count);
  void pay(const Stored& pending, const Purchases& purchases);
  void cancel(const Purchases& purchases);
  void write_letters(const Stored& updates, const std::vector<orders::OrderUpdateMessage>& said);
  Stored append(log::Topic topic, const std::vector<Said>& said, const Stored* input = nullptr);
  [[nodiscard]] orders::Purchase next_purchase(bool too_dear);
  [[nodiscard]] UserId next_user() { return users_[next_user_++ % users_.size()]; }

  Appender& appender_;
  const log::Partition partition_;
  const Fates fates_;
  std::vector<UserId> users_;
  std::size_t next_user_ = 0;
  std::map<UserId, std::int64_t> balances_;
  std::map<log::StreamKind, log::Checkpoints> decided_;  // by the stream that says so
  std::deque<Purchases> to_be_cancelled_;
  std::uint64_t events_ = 0;
  Timestamp now_{1'790'000'000'000};
};

}  // namespace ordo::bench
