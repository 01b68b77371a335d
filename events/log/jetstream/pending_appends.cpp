#include "events/log/jetstream/pending_appends.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ordo::log::jetstream {

void PendingAppends::add(Ticket ticket, PendingAppend append, Moves& moves) {
  if (!keeps_its_turn(append)) {
    appends_.emplace_hint(appends_.end(), ticket, std::move(append));
    return send(ticket, moves);
  }
  auto& lane = lanes_[append.stream];
  const bool waits = lane.under_way.has_value();
  if (!waits && is_vain(lane, append)) return refuse(lane, std::move(append), moves);
  appends_.emplace_hint(appends_.end(), ticket, std::move(append));
  if (waits) {
    lane.waiting.push_back(ticket);
  } else {
    lane.under_way = ticket;
    send(ticket, moves);
  }
}

const PendingAppend* PendingAppends::find(Ticket ticket) const {
  const auto found = appends_.find(ticket);
  return found == appends_.end() ? nullptr : &found->second;
}

void PendingAppends::settle(Ticket ticket, Result<std::uint64_t> outcome, Moves& moves) {
  auto node = appends_.extract(ticket);
  if (node.empty()) return;
  auto& append = node.mapped();
  const bool stored = outcome.has_value();
  const auto failed_kind = stored ? FailureKind::conflict : outcome.error().kind;
  moves.settle.push_back({std::move(append.settled), std::move(outcome)});
  if (!keeps_its_turn(append)) return;
  auto& lane = lanes_[append.stream];
  if (lane.under_way == ticket) {
    lane.under_way.reset();
  } else {
    std::erase(lane.waiting, ticket);
  }
  lane.failed_expectation = stored ? std::nullopt : append.expected_last_sequence;
  lane.failed_kind = failed_kind;
  advance(lane, moves);
}

void PendingAppends::advance(Lane& lane, Moves& moves) {
  while (!lane.under_way && !lane.waiting.empty()) {
    const auto next = lane.waiting.front();
    lane.waiting.pop_front();
    if (is_vain(lane, appends_.at(next))) {
      refuse(lane, std::move(appends_.extract(next).mapped()), moves);
    } else {
      lane.under_way = next;
      send(next, moves);
    }
  }
}

bool PendingAppends::is_vain(const Lane& lane, const PendingAppend& append) {
  return lane.failed_expectation && *append.expected_last_sequence == *lane.failed_expectation + 1;
}

void PendingAppends::refuse(Lane& lane, PendingAppend append, Moves& moves) {
  lane.failed_expectation = append.expected_last_sequence;
  // Nothing of it was sent: when the one before may be stored, this one still is not.
  if (lane.failed_kind != FailureKind::conflict) lane.failed_kind = FailureKind::unavailable;
  auto reason = fmt::format("{}: predicted upon an append that was not stored for certain", text(append.stream));
  moves.settle.push_back({std::move(append.settled), failure(lane.failed_kind, std::move(reason))});
}

void PendingAppends::retry(Ticket ticket, Instant retry_at) {
  const auto found = appends_.find(ticket);
  if (found == appends_.end()) return;
  found->second.in_flight = false;
  retries_.emplace_back(retry_at, ticket);
}

void PendingAppends::send_due(Instant now, Moves& moves) {
  while (!retries_.empty() && retries_.front().first <= now) {
    const auto ticket = retries_.front().second;
    retries_.pop_front();
    if (find(ticket) != nullptr) send(ticket, moves);
  }
}

void PendingAppends::send(Ticket ticket, Moves& moves) {
  auto& append = appends_.at(ticket);
  append.in_flight = true;
  moves.send.push_back({ticket, append.message});
}

void PendingAppends::settle_late(Instant now, Moves& moves) {
  while (!appends_.empty() && appends_.begin()->second.deadline <= now) {
    give_up(appends_.begin()->first, "time is up", moves);
  }
}

void PendingAppends::settle_all(const std::string& reason, Moves& moves) {
  while (!appends_.empty()) give_up(appends_.begin()->first, reason, moves);
  // What became free to be sent is given up as well.
  moves.send.clear();
}

void PendingAppends::give_up(Ticket ticket, const std::string& reason, Moves& moves) {
  const auto& append = appends_.at(ticket);
  const auto kind = append.in_flight ? FailureKind::timeout : FailureKind::unavailable;
  const auto* const what = append.in_flight ? "no answer came" : "no stream answers";
  settle(ticket, failure(kind, fmt::format("{}: {}, {}", text(append.stream), reason, what)), moves);
}

std::optional<Instant> PendingAppends::next_due() const {
  std::optional<Instant> due;
  if (!appends_.empty()) due = appends_.begin()->second.deadline;
  if (!retries_.empty()) due = due ? std::min(*due, retries_.front().first) : retries_.front().first;
  return due;
}

}  // namespace ordo::log::jetstream
