#pragma once
// Purpose: keeps an instance's share of its role's partitions: says that it is there, reads what the others have written, has the
//          partitions served that it holds, takes what it should have and gives back what it has too much of.
// Limits:  a presence is renewed every 2 s; a lease whose holder died is taken after 6 s of its silence (`kRunsOutAfter`).
// Errors:  while the store is away, what is held goes on being served. `is_replaced`: another process with this instance's name has
//          started; this one serves nothing any more and must end.
// Threads: `LeaseKeeper` from one thread, which need not exist: a simulation may call it by hand. `LeaseKeeperThread` is that thread.

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include "command-side/runtime/partition_share.hpp"

namespace ordo::runtime {

using SteadyTime = std::chrono::steady_clock::time_point;

inline constexpr std::chrono::milliseconds kRenewedEvery{2'000};
inline constexpr std::chrono::milliseconds kTurnEvery{500};

// Serves exactly these partitions: when it returns, nothing is done for any other. Called at every turn, with the same ones or others.
using Serve = std::function<void(const Partitions&)>;

class LeaseKeeper {
 public:
  // `life`: an id that no other life of any instance has.
  LeaseKeeper(log::LeaseStore& store, std::string role, std::string instance_name, log::Partition partitions, Serve serve,
              log::InstanceId life = log::InstanceId::random());

  // To be called every `kTurnEvery`, or at once after one that answered true: it took or gave something. Blocks for some requests
  // to the store.
  bool turn(SteadyTime now);
  // Serves nothing any more and tells the others, so that they need not wait. Nothing may follow.
  void leave();

  // True once a turn found nothing to take or to give: this instance takes part.
  [[nodiscard]] bool settled() const { return settled_; }
  [[nodiscard]] bool is_replaced() const { return share_.is_replaced(); }
  [[nodiscard]] Partitions held() const { return share_.held(); }

 private:
  void renew(SteadyTime now);
  [[nodiscard]] bool look(SteadyTime now);
  // True if the store has stored one at least.
  bool write(const std::vector<PartitionShare::Write>& writes);
  [[nodiscard]] log::Presence presence(bool leaving);
  void stored(std::uint64_t revision, std::variant<log::Lease, log::Presence> content);
  void note(const char* what, const Failure& reason);

  log::LeaseStore& store_;
  const std::string role_;
  const Identity self_;
  const Serve serve_;
  PartitionShare share_;
  std::uint64_t seen_revision_ = 0;  // everything up to it has been read
  std::uint64_t renewals_ = 0;
  std::optional<SteadyTime> renewed_;
  std::optional<SteadyTime> looked_;
  bool settled_ = false;
  bool failing_ = false;
};

// Takes turns until destroyed, and leaves then. `replaced` is called once, on the keeper's thread, before it ends.
class LeaseKeeperThread {
 public:
  LeaseKeeperThread(LeaseKeeper keeper, std::function<void()> replaced);

  // As `LeaseKeeper::settled`; from every thread.
  [[nodiscard]] bool settled() const { return settled_; }

 private:
  void run(const std::stop_token& stop, const std::function<void()>& replaced);

  LeaseKeeper keeper_;
  std::atomic<bool> settled_ = false;
  std::jthread thread_;  // the last member: it uses all the others
};

}  // namespace ordo::runtime
