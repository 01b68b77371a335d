#pragma once
// Purpose: a whole Ordo on one thread in virtual time: customers, gateway, owners, letters and projector, all the shipped code, over a log
//          and links that fail. One seed gives one story, to the last step.
// Errors: throws Violation when a promise is broken, also the one that everything ends when faults stop.
// Threads: one.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "command-side/runtime/partition_owner.hpp"
#include "tests/simulation/auditor.hpp"
#include "tests/simulation/cluster.hpp"
#include "tests/simulation/front_door.hpp"
#include "tests/simulation/letters.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/read_model.hpp"
#include "tests/simulation/snapshots.hpp"
#include "tests/simulation/timeline.hpp"

namespace ordo::simulation {

inline constexpr log::Partition kPartition = 0;

enum class Role { orders, billing, notifications };
inline constexpr Role kRoles[] = {Role::orders, Role::billing, Role::notifications};

[[nodiscard]] std::string_view text(Role role);
[[nodiscard]] log::StreamName output_of(Role role);

// One process that owns the partition of a context, or believes so.
struct Owner {
  Role role;
  std::unique_ptr<Client> client;
  std::unique_ptr<SnapshotLink> snapshot_link;
  std::unique_ptr<runtime::SnapshotQueue> snapshots;  // written by a thread of the process, whenever that gets its turn
  std::unique_ptr<SkewedClock> clock;
  std::unique_ptr<SimulatedDesk> desk;
  std::unique_ptr<runtime::PartitionOwner> owner;
  std::int64_t asleep_until_ms = 0;
  bool step_is_due = false;
  std::optional<std::int64_t> ends_by_ms;  // told to end in order: whatever is under way then
  bool is_winding_up = false;
};

class World {
 public:
  // `orders`: of usual customers.
  World(std::uint64_t seed, Custom custom, int orders);
  ~World();

  // Throws Violation.
  void run();

  [[nodiscard]] std::size_t events() const { return auditor_.events(); }
  [[nodiscard]] const Occurrences& occurrences() const { return occurrences_; }
  [[nodiscard]] std::string last_notes() const { return timeline_.last_notes(); }

 private:
  using OwnerId = std::uint64_t;

  void start_owner(Role role);
  void kill_owner(OwnerId id);
  void end_owner(OwnerId id);
  void replace_later(Role role);
  void note_what_a_kill_meets(const Owner& owner);
  void wake(OwnerId id, std::int64_t delay_ms);
  void step(OwnerId id);
  void write_snapshots();
  void tick();
  [[nodiscard]] std::vector<OwnerId> owners_of(Role role) const;
  [[nodiscard]] OwnerId any_owner();

  void start_projector();
  void step_projectors();

  void make_trouble();
  void crash_an_owner();
  void tell_an_owner_to_end();
  void put_an_owner_to_sleep();
  void start_a_second_owner();
  void turn_a_clock();
  void cut_a_line();
  void take_the_log_down();
  void take_the_mail_down();
  void crash_the_gateway();
  void disturb_the_projector();
  void forget_old_commands();
  void let_a_stranger_append();
  void leave_a_strange_snapshot();
  void break_a_command();
  void call_the_operator();
  void discard_what_is_broken();
  void heal();

  [[nodiscard]] bool is_settled();
  void require_kept_promises();
  void require_as_many_paid_as_the_wallet_could();

  const Custom custom_;
  Timeline timeline_;
  Random random_;
  Occurrences occurrences_;
  Auditor auditor_;
  Cluster cluster_;
  log::InMemorySnapshotStore snapshot_store_;
  Post post_;
  std::map<OwnerId, Owner> owners_;
  std::uint64_t next_number_ = 1;
  FrontDoor front_door_;
  ReadModel read_model_;
  struct Projector {
    Projector(std::unique_ptr<Client> connection, std::unique_ptr<SimulatedProjector> on_it)
        : client(std::move(connection)), projector(std::move(on_it)) {}
    std::unique_ptr<Client> client;
    std::unique_ptr<SimulatedProjector> projector;
  };
  std::deque<std::unique_ptr<Projector>> projectors_;
  bool troubled_ = true;
  std::int64_t trouble_pause_ms_max_;  // stories differ in how much goes wrong at once
  std::uint64_t events_between_snapshots_;
};

}  // namespace ordo::simulation
