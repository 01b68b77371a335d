#pragma once
// Purpose: whether a new command may come in. Above a bound of what was accepted and is not done (undone.hpp) none may, until a tenth
//          of the bound is worked off: so whoever is taken waits seconds for an outcome, never minutes, and the log does not fill with what
//          nobody gets to.
//          * Every gateway hears all that is stored, so each counts for all; none asks another.
//          * A read model that stands still (no Postgres, no projector, a lane that is paused), or is further behind than twice the bound
//            (it was away; refusing would not have prevented it), does not count: commands do not depend on it.
//          * Refused is who comes to a partition that holds its share of the bound. So none holds up the others, neither one that is
//            overrun nor one of whose owners somebody stands still; what stands still leaves the whole bound to those that move.
//          * Whatever was heard or was not, refusing never lasts: where nothing moves, one command now and then is let in, and what
//            becomes of it tells how far all before it are.
// Threads: every function may be called by all.

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "gateway/admission/undone.hpp"

namespace ordo::admission {

// Monotonic; it comes in from outside.
using Instant = std::chrono::steady_clock::time_point;
// For each stream the sequence that the read model has passed.
using Shown = std::map<log::StreamName, std::uint64_t>;

struct AdmissionLimits {
  std::uint64_t undone_max = 10'000;  // over all partitions; 0: any number
  std::chrono::milliseconds still_after{10'000};  // without a move, where there is something to do
  std::chrono::milliseconds one_let_in_after{5'000};
  std::chrono::seconds retry_after_min{1};
  std::chrono::seconds retry_after_max{30};  // also where it cannot be told
};

class Admission {
 public:
  explicit Admission(log::Partition partitions, AdmissionLimits limits = {});

  void hear(const log::StoredMessage& message, Instant now);
  void hear_shown(const Shown& shown, Instant now);
  // Something is not shown yet: it is worth asking how far the read model is.
  [[nodiscard]] bool awaits_read_model() const;

  // To be asked once for each new command. Nothing: it may come in; otherwise after how long there should be room again.
  [[nodiscard]] std::optional<std::chrono::seconds> refuse(log::Partition partition, Instant now);

  // All that counts, of partitions that stand still, too.
  [[nodiscard]] std::uint64_t undone(Instant now) const;
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct Part {
    Undone undone;
    std::array<Instant, Undone::kQueues> moved_at{};  // each queue, or there was nothing in it
    Instant refused_since{};  // nothing has moved and nobody was let in since; zero: nobody is refused
    bool is_full = false;     // of its own share
  };
  struct Sample {
    Instant at;
    std::uint64_t decided = 0;
    std::uint64_t shown = 0;
  };

  // All of these require: locked.
  template <class Change>
  void note_moves(Part& part, Instant now, Change change);
  [[nodiscard]] bool owners_stand_still(const Part& part, Instant now) const;
  [[nodiscard]] std::uint64_t unshown(const Part& part, Instant now) const;
  [[nodiscard]] std::uint64_t counted(const Part& part, Instant now) const;
  [[nodiscard]] std::uint64_t counted_where_it_moves(Instant now) const;
  [[nodiscard]] bool lets_one_in(Part& part, Instant now) const;
  [[nodiscard]] std::chrono::seconds retry_after(const Part& part, Instant now) const;
  [[nodiscard]] Sample look(Instant now) const;
  void sample(Instant now);

  const AdmissionLimits limits_;
  mutable std::mutex mutex_;
  std::vector<Part> parts_;
  bool refuses_ = false;
  std::deque<Sample> samples_;  // of the last seconds
  std::uint64_t refused_ = 0;
};

}  // namespace ordo::admission
