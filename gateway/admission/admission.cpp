#include "gateway/admission/admission.hpp"

#include <algorithm>
#include <cmath>

namespace ordo::admission {
namespace {

using namespace std::chrono_literals;

// How fast it goes is told from the last seconds.
constexpr auto kSampledFor = 5s;
constexpr auto kSampleEvery = 250ms;

std::uint64_t resumes_at(std::uint64_t bound) { return bound - std::max<std::uint64_t>(1, bound / 10); }

// Once there is no room, there is none until there is some for many: an answer should hold for longer than a moment.
bool is_full(bool was_full, std::uint64_t undone, std::uint64_t bound) { return was_full ? undone > resumes_at(bound) : undone >= bound; }

}  // namespace

Admission::Admission(log::Partition partitions, AdmissionLimits limits) : limits_(limits) {
  for (log::Partition partition = 0; partition < partitions; ++partition) parts_.push_back({.undone = Undone(partition)});
}

// A queue moves when somebody passes a part of it; one that is empty does not stand still.
template <class Change>
void Admission::note_moves(Part& part, Instant now, Change change) {
  const auto before = part.undone.queues();
  change(part.undone);
  const auto after = part.undone.queues();
  for (std::size_t queue = 0; queue < Undone::kQueues; ++queue) {
    if (before[queue].undone == 0 || before[queue].passed != after[queue].passed) part.moved_at[queue] = now;
  }
}

void Admission::hear(const log::StoredMessage& message, Instant now) {
  if (message.stream.partition >= parts_.size() || !Undone::concerns(message.stream.kind)) return;
  const auto run = log::outline_of(message.payload);
  if (!run) return;
  const std::lock_guard lock(mutex_);
  note_moves(parts_[message.stream.partition], now, [&](Undone& undone) { undone.stored(message, *run); });
  sample(now);
}

void Admission::hear_shown(const Shown& shown, Instant now) {
  const std::lock_guard lock(mutex_);
  for (const auto& [stream, sequence] : shown) {
    if (stream.partition >= parts_.size()) continue;
    note_moves(parts_[stream.partition], now, [&, kind = stream.kind, to = sequence](Undone& undone) { undone.shown(kind, to); });
  }
  sample(now);
}

bool Admission::awaits_read_model() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(parts_, [](const Part& part) { return part.undone.unshown() > 0; });
}

std::optional<std::chrono::seconds> Admission::refuse(log::Partition partition, Instant now) {
  const std::lock_guard lock(mutex_);
  if (limits_.undone_max == 0 || partition >= parts_.size()) return std::nullopt;
  auto& part = parts_[partition];
  refuses_ = is_full(refuses_, counted_where_it_moves(now), limits_.undone_max);
  const auto share = std::max<std::uint64_t>(1, limits_.undone_max / parts_.size());
  part.is_full = is_full(part.is_full, counted(part, now), share);
  const bool is_refused = part.is_full && (refuses_ || owners_stand_still(part, now));
  if (!is_refused) part.refused_since = {};
  if (!is_refused || lets_one_in(part, now)) return std::nullopt;
  ++refused_;
  return retry_after(part, now);
}

std::uint64_t Admission::undone(Instant now) const {
  const std::lock_guard lock(mutex_);
  std::uint64_t undone = 0;
  for (const auto& part : parts_) undone += counted(part, now);
  return undone;
}

std::uint64_t Admission::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

bool Admission::owners_stand_still(const Part& part, Instant now) const {
  const auto queues = part.undone.queues();
  for (std::size_t queue = 0; queue < Undone::kQueues; ++queue) {
    const bool waits = queues[queue].undone > 0 && !queues[queue].is_for_read_model;
    if (waits && now - part.moved_at[queue] > limits_.still_after) return true;
  }
  return false;
}

// What the lanes of the read model have before them, but for those that stand still.
std::uint64_t Admission::unshown(const Part& part, Instant now) const {
  if (part.undone.unshown() > 2 * limits_.undone_max) return 0;
  const auto queues = part.undone.queues();
  std::uint64_t unshown = 0;
  for (std::size_t queue = 0; queue < Undone::kQueues; ++queue) {
    if (queues[queue].is_for_read_model && now - part.moved_at[queue] <= limits_.still_after) unshown += queues[queue].undone;
  }
  return unshown;
}

std::uint64_t Admission::counted(const Part& part, Instant now) const { return part.undone.undecided() + unshown(part, now); }

std::uint64_t Admission::counted_where_it_moves(Instant now) const {
  std::uint64_t undone = 0;
  for (const auto& part : parts_) undone += owners_stand_still(part, now) ? 0 : counted(part, now);
  return undone;
}

bool Admission::lets_one_in(Part& part, Instant now) const {
  part.refused_since = part.refused_since == Instant{} ? now : std::max(part.refused_since, std::ranges::max(part.moved_at));
  if (now - part.refused_since < limits_.one_let_in_after) return false;
  part.refused_since = now;
  return true;
}

std::chrono::seconds Admission::retry_after(const Part& part, Instant now) const {
  if (samples_.empty() || owners_stand_still(part, now)) return limits_.retry_after_max;
  const auto last = look(now);
  const auto& first = samples_.front();
  const auto done = unshown(part, now) > 0 ? last.shown - std::min(last.shown, first.shown)
                                                 : last.decided - std::min(last.decided, first.decided);
  const auto undone = counted_where_it_moves(now);
  const auto excess = undone - std::min(undone, resumes_at(limits_.undone_max));
  const std::chrono::duration<double> lasted = now - first.at;
  const auto longest = static_cast<double>(limits_.retry_after_max.count());
  const auto seconds = done == 0 ? longest : std::ceil(static_cast<double>(excess) * lasted.count() / static_cast<double>(done));
  return std::max(limits_.retry_after_min, std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, longest))));
}

// What was taken and is not undone is done.
Admission::Sample Admission::look(Instant now) const {
  Sample seen{.at = now};
  for (const auto& part : parts_) {
    const auto decided = part.undone.taken() - std::min(part.undone.taken(), part.undone.undecided());
    seen.decided += decided;
    seen.shown += decided - std::min(decided, part.undone.unshown());
  }
  return seen;
}

void Admission::sample(Instant now) {
  if (!samples_.empty() && now - samples_.back().at < kSampleEvery) return;
  while (!samples_.empty() && now - samples_.front().at > kSampledFor) samples_.pop_front();
  samples_.push_back(look(now));
}

}  // namespace ordo::admission
