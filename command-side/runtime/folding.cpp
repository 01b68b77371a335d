#include "command-side/runtime/folding.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace ordo::runtime {

Result<bool> Folding::step(Context& context, Parking& parking, Journal& journal, int events_max) {
  if (!inlet_) return begin(context, parking, journal);
  bool came = false;
  for (; events_max > 0; --events_max) {
    const auto next = inlet_->peek();
    if (!next) return tl::unexpected(next.error());
    if (!*next) break;
    came = true;
    const auto sequence = (*next)->position.sequence;
    const auto& event = *(*next)->event;
    if (auto folded = parking::is_parking(event.payload) ? parking.fold(event) : context.fold(event); !folded) {
      return failure(folded.error().kind, fmt::format("{} at {}: {}", log::text(stream_), sequence, folded.error().text));
    }
    if (inlet_->is_last_in_message()) journal.folded(sequence, inlet_->message());
    inlet_->pop();
  }
  // A message without events, which no owner writes, has its sequence all the same.
  if (inlet_->consumed() > journal.last_sequence()) journal.folded(inlet_->consumed(), {});
  if (inlet_->consumed() >= until_) return true;
  return came ? false : look_whether_the_end_is_lost();
}

Result<bool> Folding::begin(Context& context, Parking& parking, Journal& journal) {
  const auto bounds = log_.bounds(stream_);
  if (!bounds) return tl::unexpected(bounds.error());
  auto testimony = furthest_testimony(log_, stream_);
  if (!testimony) return tl::unexpected(testimony.error());
  testimony_ = std::move(*testimony);
  until_ = std::max(bounds->last_sequence, testimony_.sequence);
  if (until_ == 0) return true;
  auto begun = snapshots_.begin(log_, stream_, bounds->last_sequence, context, parking, journal);
  if (!begun) return tl::unexpected(begun.error());
  inlet_.emplace(log_, stream_, mailbox_);
  // The message of the snapshot is folded in, whole.
  const auto opened = inlet_->open({journal.last_sequence(), std::numeric_limits<std::uint32_t>::max()});
  if (opened) return false;
  inlet_.reset();
  return tl::unexpected(opened.error());
}

// Without it, an owner would wait for ever for messages that were there when it asked, and are no more.
Result<bool> Folding::look_whether_the_end_is_lost() {
  const auto bounds = log_.bounds(stream_);
  if (!bounds) return tl::unexpected(bounds.error());
  if (bounds->last_sequence >= until_) return false;
  const auto kind = ++losses_in_row_ < kLossesMax ? FailureKind::unavailable : FailureKind::corrupt;
  const auto known = testimony_.sequence < until_
                         ? fmt::format("and ended at {} before", until_)
                         : fmt::format("but {} has decided upon it up to {}", log::text(testimony_.witness), until_);
  return failure(kind, fmt::format("{} ends at {}, {}: the log has lost messages; restore it from a backup", log::text(stream_),
                                   bounds->last_sequence, known));
}

}  // namespace ordo::runtime
