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

void Admission::hear(const log::StoredMessage& message, Instant now) {
  const std::lock_guard lock(mutex_);
  if (message.stream.partition >= parts_.size()) return;
  auto& part = parts_[message.stream.partition];
  const auto passed = part.undone.passed_by_owners();
  if (part.undone.undecided() == 0) part.owners_moved_at = now;
  if (part.undone.unshown() == 0) part.read_model_moved_at = now;
  part.undone.stored(message);
  if (part.undone.passed_by_owners() != passed) part.owners_moved_at = now;
  sample(now);
}

void Admission::hear_shown(const Shown& shown, Instant now) {
  const std::lock_guard lock(mutex_);
  for (const auto& [stream, sequence] : shown) {
    if (stream.partition >= parts_.size()) continue;
    auto& part = parts_[stream.partition];
    const auto passed = part.undone.passed_by_read_model();
    part.undone.shown(stream.kind, sequence);
    if (part.undone.passed_by_read_model() != passed) part.read_model_moved_at = now;
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
  part.refuses = owners_stand_still(part, now) && is_full(part.refuses, counted(part, now), share);
  const bool is_refused = owners_stand_still(part, now) ? part.refuses : refuses_;
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
  return part.undone.undecided() > 0 && now - part.owners_moved_at > limits_.still_after;
}

bool Admission::counts_read_model(const Part& part, Instant now) const {
  return now - part.read_model_moved_at <= limits_.still_after && part.undone.unshown() <= 2 * limits_.undone_max;
}

std::uint64_t Admission::counted(const Part& part, Instant now) const {
  return part.undone.undecided() + (counts_read_model(part, now) ? part.undone.unshown() : 0);
}

std::uint64_t Admission::counted_where_it_moves(Instant now) const {
  std::uint64_t undone = 0;
  for (const auto& part : parts_) undone += owners_stand_still(part, now) ? 0 : counted(part, now);
  return undone;
}

bool Admission::lets_one_in(Part& part, Instant now) const {
  // With nothing undone here it is the others who are behind.
  const bool begins = part.refused_since == Instant{} || part.undone.undecided() + part.undone.unshown() == 0;
  part.refused_since = begins ? now : std::max({part.refused_since, part.owners_moved_at, part.read_model_moved_at});
  if (now - part.refused_since < limits_.one_let_in_after) return false;
  part.refused_since = now;
  return true;
}

std::chrono::seconds Admission::retry_after(const Part& part, Instant now) const {
  if (samples_.empty() || owners_stand_still(part, now)) return limits_.retry_after_max;
  const auto last = look(now);
  const auto& first = samples_.front();
  const auto done = counts_read_model(part, now) ? last.shown - std::min(last.shown, first.shown)
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
  while (samples_.size() > 1 && now - samples_.front().at > kSampledFor) samples_.pop_front();
  samples_.push_back(look(now));
}

}  // namespace ordo::admission
