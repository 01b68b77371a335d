#pragma once
// Purpose: what owners have set aside, by other code than theirs: queues of inputs under their keys, one begun by an input that failed, all
//          that follows behind it, and let go from the front. And what this version cannot read: that is sound when an owner has parked
//          it, and of its user nothing more can be said.
// Memory:  about 150 bytes per input that is parked now.
// Threads: one.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "events/parking/events.hpp"
#include "projections/verification/books.hpp"

namespace ordo::projections {

class ParkedHistories {
 public:
  // Of one owner's output, in order.
  [[nodiscard]] MaybeContradiction add(log::StreamKind output, const parking::InputParked& parked, const std::optional<log::Cause>& cause);
  [[nodiscard]] MaybeContradiction add(log::StreamKind output, const parking::ParkedReleased& released);

  // An event that this version cannot read, for this reason, and whose it is.
  void add_unread(const log::StreamPosition& at, const log::Key& key, const Failure& reason);
  // Whether an event of the user's could not be read: what follows is no contradiction then.
  [[nodiscard]] bool has_unread(UserId user) const { return unread_users_.contains(user); }

  struct Unread {
    log::StreamPosition at;
    std::string reason;
  };
  // The first event that this version cannot read, and that no owner has parked either.
  [[nodiscard]] std::optional<Unread> not_parked() const;

  // "3 inputs are parked"; empty when there is nothing to say.
  [[nodiscard]] std::string text() const;

 private:
  std::map<std::pair<log::StreamKind, log::Key>, std::uint64_t> queues_;  // by output; none of them empty
  std::map<std::pair<log::StreamKind, log::Position>, Unread> unread_;    // and not parked
  std::set<UserId> unread_users_;
  std::uint64_t parked_ = 0;
};

}  // namespace ordo::projections
