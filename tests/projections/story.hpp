#pragma once
// Purpose: a made-up past of the system: accounts, top-ups, orders, payments, cancellations and letters of a few users, and inputs that
//          were parked on the way, as its streams would hold it, with positions, keys and causes that fit, in runs of random length. The same seed tells the same story.
// Threads: one.

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "events/billing/events.hpp"
#include "events/log/event_log.hpp"
#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"
#include "events/parking/events.hpp"

namespace ordo::tests {

struct StoryShape {
  std::uint64_t seed = 1;
  log::Partition partitions = 2;
  int users = 6;
  int orders = 60;
};

class Story {
 public:
  explicit Story(const StoryShape& shape);

  // Of one stream, in order.
  [[nodiscard]] std::vector<log::StoredMessage> messages(log::StreamName stream) const;
  [[nodiscard]] std::vector<log::StreamName> streams() const;
  // Of all streams that projections read.
  [[nodiscard]] std::size_t events() const;

  // Appends what each stream holds, from the given share of it to the other (0 … 1).
  void tell(log::EventLog& log, double from = 0, double to = 1) const;

  [[nodiscard]] const std::vector<UserId>& users() const { return users_; }
  [[nodiscard]] const std::vector<orders::Purchase>& purchases() const { return purchases_; }
  // What each wallet must hold in the end.
  [[nodiscard]] const std::map<UserId, std::int64_t>& balances() const { return balances_; }

  // Under which inputs are parked in the end.
  [[nodiscard]] const std::set<log::Key>& parked() const { return parked_; }

 private:
  log::Cause put(log::StreamKind kind, UserId user, log::Payload payload, const std::optional<log::Cause>& cause, const log::Trace& trace);
  void open_account(UserId user);
  void confirm_account(UserId user);
  void top_up(UserId user);
  void refuse_top_up(UserId user);
  struct Payment {
    bool happened = false;
    log::Cause event;
  };
  void order(UserId user);
  [[nodiscard]] Payment pay(const orders::Purchase& purchase, const log::Cause& pending, const log::Trace& trace);
  [[nodiscard]] log::Cause cancel(orders::OrderUpdateMessage update, const log::Trace& trace);
  void refund(const orders::Purchase& purchase, const log::Cause& cancellation, std::uint32_t version, const log::Trace& trace);
  void write_letter(const orders::OrderUpdateMessage& update, const log::Cause& cause, const log::Trace& trace);
  // What stands there could not be decided by the owner of the output stream, or (without a fault) waits behind what could not.
  void park(log::StreamKind output, const log::Cause& input, const log::Key& key, const std::optional<parking::Fault>& fault);
  void release(log::StreamKind output, const parking::ParkedReleased& released);
  void park_for_a_while(log::StreamKind output, const std::vector<log::Cause>& inputs, const log::Key& key);
  void park_for_ever(const log::Key& key);
  [[nodiscard]] parking::Fault any_fault();
  [[nodiscard]] orders::Purchase any_purchase(UserId user);
  [[nodiscard]] IdBytes any_bytes();
  [[nodiscard]] std::int64_t any(std::int64_t least, std::int64_t most);
  [[nodiscard]] log::Trace any_trace(const log::Key& key);

  log::Partition partitions_;
  std::mt19937_64 random_;
  Timestamp now_{1'790'000'000'000};
  std::map<log::StreamName, std::vector<log::Run>> runs_;
  std::vector<UserId> users_;
  std::vector<orders::Purchase> purchases_;
  std::map<UserId, std::int64_t> balances_;
  std::set<log::Key> parked_;
};

}  // namespace ordo::tests
