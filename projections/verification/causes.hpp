#pragma once
// Purpose: looks up what events name as their cause: it must stand there, under that id, be of a type that leads to such an event, and
//          speak of the same order, operation or user.
// Memory:  about 80 bytes for each event that not every reader of its stream has decided yet; older ones are asked of the log.
// Threads: one.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "events/log/event.hpp"
#include "projections/verification/books.hpp"

namespace ordo::projections {

// An event that others may name as their cause.
struct PossibleCause {
  log::Position position;
  EventId event_id;
  std::string type;
  IdBytes about{};  // the order, operation or user that it speaks of
};

class Causes {
 public:
  // Nothing when no event stands there (any more). Errors: unavailable, timeout.
  using Lookup = std::function<Result<std::optional<PossibleCause>>(log::StreamKind, log::Position)>;

  explicit Causes(Lookup lookup) : lookup_(std::move(lookup)) {}

  // The events of a stream come in order.
  void add(log::StreamKind stream, PossibleCause event) { recent_[stream].push_back(std::move(event)); }
  // Every reader of the stream has decided all up to and including this position.
  void forget(log::StreamKind stream, log::Position decided);

  // Errors: the lookup's.
  [[nodiscard]] Result<MaybeContradiction> check(const log::Event& effect, const IdBytes& about) const;
  // Of an input that was parked: it is the event that stands where `cause` says, whatever that is.
  [[nodiscard]] Result<MaybeContradiction> check_parked(const std::optional<log::Cause>& cause, const log::Event& input) const;

 private:
  [[nodiscard]] Result<std::optional<PossibleCause>> find(log::StreamKind stream, log::Position position) const;

  Lookup lookup_;
  std::map<log::StreamKind, std::deque<PossibleCause>> recent_;
};

}  // namespace ordo::projections
