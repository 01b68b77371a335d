#include "gateway/live/waiters.hpp"

#include <algorithm>
#include <utility>

namespace ordo::live {

std::optional<Waiters::Ticket> Waiters::add(const Awaited& awaited, Instant now, Instant deadline, Resolved resolved) {
  if (count_.fetch_add(1) >= limits_.waiters_max) {
    --count_;
    return std::nullopt;
  }
  const Ticket ticket{awaited, next_number_.fetch_add(1)};
  auto& shard = shard_of(awaited);
  const std::lock_guard lock(shard.mutex);
  // Asked under the lock: whoever gets in before `close` is found by it.
  if (closed_) {
    --count_;
    return std::nullopt;
  }
  const auto at = shard.deadlines.emplace(deadline, ticket);
  shard.waiting.emplace(awaited, Waiter{ticket.number, now + limits_.look_up_after, std::move(resolved), at});
  return ticket;
}

bool Waiters::withdraw(const Ticket& ticket) {
  auto& shard = shard_of(ticket.awaited);
  const std::lock_guard lock(shard.mutex);
  const auto found = find(shard, ticket);
  return found != shard.waiting.end() && remove(shard, found) != nullptr;
}

void Waiters::resolve(const Outcome& outcome) {
  const auto awaited = awaited_of(outcome);
  std::vector<Resolved> told;
  {
    auto& shard = shard_of(awaited);
    const std::lock_guard lock(shard.mutex);
    for (auto found = shard.waiting.find(awaited); found != shard.waiting.end(); found = shard.waiting.find(awaited)) {
      told.push_back(remove(shard, found));
    }
  }
  for (const auto& resolved : told) resolved(&outcome);
}

void Waiters::expire(Instant now) {
  std::vector<Resolved> told;
  for (auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    while (!shard.deadlines.empty() && shard.deadlines.begin()->first <= now) {
      told.push_back(remove(shard, find(shard, shard.deadlines.begin()->second)));
    }
  }
  for (const auto& resolved : told) resolved(nullptr);
}

void Waiters::close() {
  closed_ = true;
  expire(Instant::max());
}

std::vector<Awaited> Waiters::take_look_ups(Instant now) {
  std::vector<Awaited> due;
  for (auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (auto& [awaited, waiter] : shard.waiting) {
      if (waiter.look_up_at > now) continue;
      waiter.look_up_at = next_look_up(now, waiter.deadline->first);
      due.push_back(awaited);
    }
  }
  std::ranges::sort(due);
  const auto repeats = std::ranges::unique(due);
  due.erase(repeats.begin(), repeats.end());
  return due;
}

Instant Waiters::next_look_up(Instant now, Instant deadline) const {
  const auto last = deadline - limits_.last_look_up;
  if (now >= last) return Instant::max();
  return std::min(now + limits_.look_up_again, last);
}

Waiters::Shard& Waiters::shard_of(const Awaited& awaited) {
  // The upper bits: the lower ones choose the bucket within the shard.
  return shards_[(AwaitedHash{}(awaited) >> 32) % shards_.size()];
}

Waiters::Waiting::iterator Waiters::find(Shard& shard, const Ticket& ticket) {
  const auto [begin, end] = shard.waiting.equal_range(ticket.awaited);
  const auto found = std::find_if(begin, end, [&](const auto& entry) { return entry.second.number == ticket.number; });
  return found == end ? shard.waiting.end() : found;
}

Waiters::Resolved Waiters::remove(Shard& shard, Waiting::iterator waiter) {
  auto resolved = std::move(waiter->second.resolved);
  shard.deadlines.erase(waiter->second.deadline);
  shard.waiting.erase(waiter);
  --count_;
  return resolved;
}

}  // namespace ordo::live
