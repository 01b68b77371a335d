#pragma once
// Purpose: the appends that are not settled yet: which are sent now, which wait, what a failure means for those behind it.
// Appends without a fence are sent at once. Of those with a fence each stream has one under way; `AppendRequest` says why. Where they are
// sent ahead (`JetStreamOptions`), they are sent at once as well, and the stream alone refuses what follows a failure.
// Threads: none of its own; `Appender` locks.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "events/log/event_log.hpp"

namespace ordo::log::jetstream {

// Names an append in the subject that its answer comes to. Growing.
using Ticket = std::uint64_t;
using Instant = std::chrono::steady_clock::time_point;

struct PendingAppend {
  StreamName stream;
  std::optional<std::uint64_t> expected_last_sequence;
  AppendSettled settled;
  Instant deadline;  // never before that of a smaller ticket, give or take the time of a call
  std::shared_ptr<void> message;  // as nats.c sends it
  bool in_flight = false;         // sent, and not answered by "no responders": it may be stored
};

enum class Fenced { one_behind_another, sent_ahead };

// What follows from a change: to be done in this order, outside of locks.
struct Moves {
  struct Send {
    Ticket ticket;
    std::shared_ptr<void> message;
  };
  struct Settle {
    AppendSettled settled;
    Result<std::uint64_t> outcome;
  };
  std::vector<Send> send;
  std::vector<Settle> settle;
};

class PendingAppends {
 public:
  explicit PendingAppends(Fenced fenced = Fenced::one_behind_another) : fenced_(fenced) {}

  void add(Ticket ticket, PendingAppend append, Moves& moves);

  // Nothing if it is settled already.
  [[nodiscard]] const PendingAppend* find(Ticket ticket) const;
  // Ignores what is settled already.
  void settle(Ticket ticket, Result<std::uint64_t> outcome, Moves& moves);

  // No stream listened: the append goes again at `retry_at`.
  void retry(Ticket ticket, Instant retry_at);
  void send_due(Instant now, Moves& moves);

  void settle_late(Instant now, Moves& moves);
  void settle_all(const std::string& reason, Moves& moves);

  // When `send_due` or `settle_late` has something to do next.
  [[nodiscard]] std::optional<Instant> next_due() const;

 private:
  // The appends with a fence of one stream.
  struct Lane {
    std::optional<Ticket> under_way;
    std::deque<Ticket> waiting;
    std::optional<std::uint64_t> failed_expectation;  // of the last one, if it was not stored for certain
    FailureKind failed_kind = FailureKind::conflict;
  };

  [[nodiscard]] bool keeps_its_turn(const PendingAppend& append) const {
    return append.expected_last_sequence && fenced_ == Fenced::one_behind_another;
  }
  void give_up(Ticket ticket, const std::string& reason, Moves& moves);
  void send(Ticket ticket, Moves& moves);
  void advance(Lane& lane, Moves& moves);
  // True if the append was predicted upon the failed one before it.
  [[nodiscard]] static bool is_vain(const Lane& lane, const PendingAppend& append);
  static void refuse(Lane& lane, PendingAppend append, Moves& moves);

  const Fenced fenced_;
  std::map<Ticket, PendingAppend> appends_;
  std::map<StreamName, Lane> lanes_;
  std::deque<std::pair<Instant, Ticket>> retries_;
};

}  // namespace ordo::log::jetstream
