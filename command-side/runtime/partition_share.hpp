#pragma once
// Purpose: decides which partitions an instance of a role serves, from what all instances have written into the lease store. Pure: the
//          store's entries and the passing of time come in, the next moves come out.
// Rules:   A lease has run out when its holder has left, or when its holder's presence was not renewed for `kRunsOutAfter` of the
//          observer's own watching. Watching stops while the store cannot be read, and no other instance's clock is asked.
//          With P partitions and n instances that are there, each ends up with P/n of them, rounded down or up. Whoever has more
//          gives back, whoever has less takes what is free; while instances neither come nor go, nothing moves.
//          What an instance holds it keeps until it reads that another one has it: while the store is away nobody can take it.
// Safety never depends on any of this: the log's fence does that.
// Threads: one.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "events/log/lease_store.hpp"

namespace ordo::runtime {

using Partitions = std::set<log::Partition>;

inline constexpr std::chrono::milliseconds kRunsOutAfter{6'000};
// Whoever has just come and finds an old presence waits at least so long whether it moves, which is more than one renewal takes.
inline constexpr std::chrono::milliseconds kWatchedAtLeast{2'500};
// A presence that has not moved for so long is removed from the store.
inline constexpr std::chrono::milliseconds kForgottenAfter{60'000};

struct Identity {
  std::string name;
  log::InstanceId id;
};

class PartitionShare {
 public:
  PartitionShare(Identity self, log::Partition partitions) : self_(std::move(self)), partitions_(partitions) {}

  // Takes note of entries. What is older than what is known changes nothing.
  void see(const std::vector<log::LeaseEntry>& entries);
  // The store was read to its end; so long was watched since the last time.
  void watched(std::chrono::milliseconds time);
  // This lease is being given back: it is not held any more, whatever the store says until the giving back is seen.
  void giving_back(log::Partition partition);
  // Nothing that was seen holds any more: the store was made anew.
  void forget_everything();

  [[nodiscard]] Partitions held() const;

  struct Write {
    log::Lease lease;
    std::uint64_t expected = 0;  // the revision
  };
  struct Gone {
    std::string name;
    std::uint64_t revision = 0;
  };
  struct Moves {
    std::vector<Write> take;
    std::vector<Write> give_back;
    std::vector<Gone> forget;
  };
  // Nothing to take or to give while the own presence has not been seen in the store.
  [[nodiscard]] Moves moves() const;

  // The own presence as the store has it; nothing: not seen yet.
  [[nodiscard]] std::optional<std::uint64_t> own_revision() const;
  // Another life of this instance has taken its place: this one must end.
  [[nodiscard]] bool is_replaced() const { return replaced_; }

 private:
  struct KnownLease {
    log::Lease lease;
    std::uint64_t revision = 0;
    bool giving_back = false;
  };
  struct KnownInstance {
    log::Presence presence;
    std::uint64_t revision = 0;
    std::chrono::milliseconds unmoved{0};

    [[nodiscard]] bool is_there() const { return !presence.leaving && unmoved < kRunsOutAfter; }
  };
  // How many leases each instance that is there holds.
  using Counts = std::map<log::InstanceId, std::uint32_t>;
  struct Balance;

  void see_lease(const log::Lease& lease, std::uint64_t revision);
  void see_presence(const log::Presence& presence, std::uint64_t revision, Timestamp written);
  [[nodiscard]] Counts count() const;
  [[nodiscard]] Balance balance(const Counts& counts) const;
  [[nodiscard]] std::vector<log::Partition> free(const Counts& counts) const;
  [[nodiscard]] std::vector<Write> choose_to_take(const Counts& counts, const Balance& balance) const;
  [[nodiscard]] std::vector<Write> choose_to_give_back(const Balance& balance) const;
  [[nodiscard]] Write write(log::Partition partition, bool take) const;

  Identity self_;
  log::Partition partitions_;
  std::map<log::Partition, KnownLease> leases_;
  std::map<std::string, KnownInstance> instances_;
  Timestamp newest_;  // of all entries, by the store's clock
  bool replaced_ = false;
};

}  // namespace ordo::runtime
