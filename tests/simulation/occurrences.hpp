#pragma once
// Purpose: what can go wrong in a story, and what must come of it now and then; each is counted when it happens, not when it is planned, so
//          that a fault which has stopped to happen is noticed.
// Threads: one for each object.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ordo::simulation {

enum class Occurrence : std::uint8_t {
  // The log and the lines to it.
  request_lost,
  request_late,
  request_of_the_dead,
  request_twice,
  acknowledged_with_zero,
  answer_lost,
  delivery_late,
  log_down,
  line_cut,
  foreign_append,
  commands_forgotten,
  // Owners.
  killed_before_append,
  killed_before_ack,
  killed_after_ack,
  killed_at_rest,
  ended_in_order,
  slept_seconds,
  slept_up_to_an_hour,
  second_owner,
  woke_as_zombie,
  fenced_off,
  lease_moved,
  leases_silent,
  leases_lied,
  instance_replaced,
  clock_forward,
  clock_back,
  // Their snapshots.
  snapshot_lost,
  snapshot_torn,
  snapshot_damaged,
  snapshot_refused,
  snapshot_replaced_by_older,
  snapshot_of_another_log,
  snapshot_unreadable,
  killed_before_snapshot,
  begun_from_snapshot,
  // What nobody can decide.
  broken_command,
  parked_behind,
  parked_retried,
  parked_discarded,
  // Everybody else.
  gateway_killed,
  command_repeated,
  projector_killed,
  second_projector,
  mail_refused,
  mail_late,
  mail_answer_lost,
};
inline constexpr std::size_t kOccurrences = static_cast<std::size_t>(Occurrence::mail_answer_lost) + 1;

// For people.
[[nodiscard]] std::string_view text(Occurrence occurrence);

class Occurrences {
 public:
  void count(Occurrence occurrence) { ++counts_[static_cast<std::size_t>(occurrence)]; }
  void add(const Occurrences& others) {
    for (std::size_t kind = 0; kind < kOccurrences; ++kind) counts_[kind] += others.counts_[kind];
  }
  [[nodiscard]] std::uint64_t of(Occurrence occurrence) const { return counts_[static_cast<std::size_t>(occurrence)]; }

 private:
  std::array<std::uint64_t, kOccurrences> counts_{};
};

}  // namespace ordo::simulation
