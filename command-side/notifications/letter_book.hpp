#pragma once
// Purpose: how letters are decided: one letter of each kind per order, recorded as sent, or as failed with its next attempt.
//          Sending itself happens outside; its report comes in as input.
// Threads: pure functions of their arguments.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"
#include "events/vocabulary/decider.hpp"
#include "events/vocabulary/id_set.hpp"

namespace ordo::notifications {

// The first retry comes after 5 s, each later one after twice as long, at most an hour; the 40th failure is the last.
inline constexpr std::int64_t kRetryDelayMsMin = 5'000;
inline constexpr std::int64_t kRetryDelayMsMax = 3'600'000;
inline constexpr std::uint32_t kAttemptsMax = 40;

// A letter that is to be delivered, and where the order update that asks for it stands.
struct Delivery {
  NotificationId notification_id;
  OrderId order_id;
  UserId user_id;
  Kind kind = Kind::happiness;
  log::Position order_update;
};

// What the order's user is to be told; nothing when no letter belongs to this change.
[[nodiscard]] std::optional<Delivery> delivery_for(const orders::OrderUpdateMessage& update, log::Position position);

struct Delivered {
  Channel channel = Channel::email;
  Locale locale = Locale::english;
  std::uint32_t template_version = 0;
};

struct Undelivered {
  std::string reason;
  bool permanent = false;  // trying again cannot help
};

struct DeliveryReport {
  Delivery delivery;
  std::variant<Delivered, Undelivered> outcome;
  Timestamp at;
};

struct Retry {
  Delivery delivery;
  std::uint32_t attempts = 0;
  Timestamp next_attempt;
};

// All letters of one partition: those that are done with, and those that failed and wait for their next attempt.
class LetterBook {
 public:
  LetterBook() = default;
  explicit LetterBook(IdSet<NotificationId> done) : done_(std::move(done)) {}

  [[nodiscard]] bool is_done(NotificationId id) const { return done_.contains(id); }
  [[nodiscard]] const Retry* retry_of(NotificationId id) const;
  // Those due at `now`, the longest due first, at most `count_max`.
  [[nodiscard]] std::vector<Retry> due(Timestamp now, std::size_t count_max) const;
  [[nodiscard]] std::size_t waiting_count() const { return waiting_.size(); }

  [[nodiscard]] const IdSet<NotificationId>& done() const { return done_; }
  [[nodiscard]] const std::unordered_map<NotificationId, Retry>& waiting() const { return waiting_; }

  void finish(NotificationId id);
  void postpone(Retry retry);

 private:
  void forget_retry(NotificationId id);

  IdSet<NotificationId> done_;
  std::unordered_map<NotificationId, Retry> waiting_;
  std::set<std::pair<Timestamp, NotificationId>> by_time_;
};

enum class LetterRejection : std::uint8_t {};

struct LetterDecider {
  using State = LetterBook;
  using Input = DeliveryReport;
  using Event = notifications::Event;
  using Rejection = LetterRejection;

  [[nodiscard]] static Result<std::optional<Event>, Rejection> decide(const State& book, const Input& report);
  [[nodiscard]] static State evolve(State book, const Event& event);
};

static_assert(Decider<LetterDecider>);

}  // namespace ordo::notifications
