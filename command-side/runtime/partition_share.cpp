#include "command-side/runtime/partition_share.hpp"

#include <algorithm>

#include "events/vocabulary/visit.hpp"

namespace ordo::runtime {

// Where a role stands between its instances.
struct PartitionShare::Balance {
  std::uint32_t least = 0;           // what each must have: P/n rounded down
  std::uint32_t most = 0;            // what each may have: rounded up
  std::uint32_t mine = 0;
  std::uint32_t missing = 0;         // what all are short of `least`
  std::uint32_t missing_before = 0;  // of it, what those before this instance are short of
  std::uint32_t missing_mine = 0;
  std::uint32_t surplus = 0;         // what all have above `most`
  std::uint32_t full_before = 0;     // how many of those before this instance have just `most`
  std::uint32_t unserved = 0;        // free, or being given back by this instance
};

void PartitionShare::see(const std::vector<log::LeaseEntry>& entries) {
  for (const auto& entry : entries) newest_ = std::max(newest_, entry.written);
  for (const auto& entry : entries) {
    visit(
        entry.content, [&](const log::Lease& lease) { see_lease(lease, entry.revision); },
        [&](const log::Presence& presence) { see_presence(presence, entry.revision, entry.written); });
  }
}

void PartitionShare::see_lease(const log::Lease& lease, std::uint64_t revision) {
  auto& known = leases_[lease.partition];
  if (known.revision < revision) known = {lease, revision};
}

void PartitionShare::see_presence(const log::Presence& presence, std::uint64_t revision, Timestamp written) {
  auto& known = instances_[presence.name];
  if (known.revision >= revision) return;
  const bool was_me = known.presence.id == self_.id;
  const bool is_new = known.revision == 0;
  known = {presence, revision};
  const std::chrono::milliseconds age{newest_.unix_ms - written.unix_ms};
  if (is_new && presence.id != self_.id) known.unmoved = std::min(age, kRunsOutAfter - kWatchedAtLeast);
  // What stood under this name before this life began is the life before it.
  if (presence.name == self_.name && presence.id != self_.id && was_me) replaced_ = true;
}

void PartitionShare::watched(std::chrono::milliseconds time) {
  for (auto& [name, known] : instances_) known.unmoved += time;
  std::erase_if(instances_, [this](const auto& entry) {
    return entry.first != self_.name && entry.second.unmoved >= 2 * kForgottenAfter;
  });
}

void PartitionShare::giving_back(log::Partition partition) { leases_[partition].giving_back = true; }

void PartitionShare::forget_everything() {
  leases_.clear();
  instances_.clear();
}

Partitions PartitionShare::held() const {
  Partitions held;
  for (const auto& [partition, known] : leases_) {
    if (known.lease.holder == self_.id && !known.giving_back && partition < partitions_) held.insert(partition);
  }
  return held;
}

std::optional<std::uint64_t> PartitionShare::own_revision() const {
  const auto found = instances_.find(self_.name);
  if (found == instances_.end() || found->second.presence.id != self_.id) return std::nullopt;
  return found->second.revision;
}

PartitionShare::Counts PartitionShare::count() const {
  Counts counts;
  for (const auto& [name, known] : instances_) {
    if (known.is_there()) counts.emplace(known.presence.id, 0);
  }
  for (const auto& [partition, known] : leases_) {
    const auto holder = counts.find(known.lease.holder);
    if (partition < partitions_ && holder != counts.end() && !known.giving_back) ++holder->second;
  }
  return counts;
}

std::vector<log::Partition> PartitionShare::free(const Counts& counts) const {
  std::vector<log::Partition> free;
  for (log::Partition partition = 0; partition < partitions_; ++partition) {
    const auto known = leases_.find(partition);
    if (known == leases_.end() || !counts.contains(known->second.lease.holder)) free.push_back(partition);
  }
  return free;
}

PartitionShare::Balance PartitionShare::balance(const Counts& counts) const {
  const auto instances = static_cast<std::uint32_t>(counts.size());
  Balance balance{.least = partitions_ / instances, .most = (partitions_ + instances - 1) / instances, .mine = counts.at(self_.id)};
  auto served = 0U;
  for (const auto& [id, count] : counts) {  // in the order of ids, which all instances share
    const auto short_of = balance.least - std::min(count, balance.least);
    balance.missing += short_of;
    if (id < self_.id) balance.missing_before += short_of;
    if (id == self_.id) balance.missing_mine = short_of;
    balance.surplus += count - std::min(count, balance.most);
    if (id < self_.id && count == balance.most) ++balance.full_before;
    served += count;
  }
  balance.unserved = partitions_ - served;
  return balance;
}

PartitionShare::Moves PartitionShare::moves() const {
  Moves moves;
  for (const auto& [name, known] : instances_) {
    if (known.unmoved >= kForgottenAfter && name != self_.name) moves.forget.push_back({name, known.revision});
  }
  const auto counts = count();
  if (replaced_ || !counts.contains(self_.id)) return moves;
  const auto state = balance(counts);
  moves.take = choose_to_take(counts, state);
  moves.give_back = choose_to_give_back(state);
  return moves;
}

// Everybody takes what he is short of; what then is left goes to whoever is first. So that not all grab the same, each begins
// behind what those before him are short of.
std::vector<PartitionShare::Write> PartitionShare::choose_to_take(const Counts& counts, const Balance& balance) const {
  const auto available = free(counts);
  const auto size = static_cast<std::uint32_t>(available.size());
  const auto others = balance.missing - balance.missing_mine;
  const auto left_over = balance.unserved > others ? balance.unserved - others : 0;
  const auto room = balance.most - std::min(balance.mine, balance.most);
  const auto wanted = std::min(size, std::max(balance.missing_mine, std::min(room, left_over)));
  std::vector<Write> chosen;
  for (std::uint32_t index = 0; index < wanted; ++index) {
    chosen.push_back(write(available[(balance.missing_before + index) % size], true));
  }
  return chosen;
}

// Whoever has more than `most` gives that back. When others are still short then, those who have just `most` give one each, the
// first ones in the order of ids.
std::vector<PartitionShare::Write> PartitionShare::choose_to_give_back(const Balance& balance) const {
  auto surplus = balance.mine - std::min(balance.mine, balance.most);
  const auto coming = balance.unserved + balance.surplus;
  const auto still_missing = balance.missing > coming ? balance.missing - coming : 0;
  const bool has_just_most = balance.mine == balance.most && balance.most > balance.least;
  if (has_just_most && balance.full_before < still_missing) surplus = 1;
  std::vector<Write> chosen;
  for (auto known = leases_.rbegin(); known != leases_.rend(); ++known) {
    const auto& [partition, state] = *known;
    if (state.lease.holder != self_.id || partition >= partitions_) continue;
    if (state.giving_back || surplus > 0) chosen.push_back(write(partition, false));  // one that is being given back: still to be told
    if (!state.giving_back && surplus > 0) --surplus;
  }
  return chosen;
}

PartitionShare::Write PartitionShare::write(log::Partition partition, bool take) const {
  const auto found = leases_.find(partition);
  const auto known = found == leases_.end() ? KnownLease{} : found->second;
  if (take) return {{partition, self_.id, self_.name, known.lease.term + 1}, known.revision};
  return {{partition, {}, {}, known.lease.term}, known.revision};
}

}  // namespace ordo::runtime
