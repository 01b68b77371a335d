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

#include "tests/simulation/auditor.hpp"
#include "tests/simulation/cluster.hpp"
#include "tests/simulation/front_door.hpp"
#include "tests/simulation/leases.hpp"
#include "tests/simulation/letters.hpp"
#include "tests/simulation/owner.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/read_model.hpp"
#include "tests/simulation/snapshots.hpp"
#include "tests/simulation/timeline.hpp"

namespace ordo::simulation {

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

  OwnerId start_owner(Role role);
  void kill_owner(OwnerId id);
  void end_owner(OwnerId id);
  void end_process_of(OwnerId id);
  void replace_later(Role role);
  void note_what_a_kill_meets(const Owner& owner);
  void wake(OwnerId id, std::int64_t delay_ms);
  void step(OwnerId id);
  void write_snapshots();
  void tick();
  [[nodiscard]] std::vector<OwnerId> owners_of(Role role) const;
  [[nodiscard]] OwnerId any_owner();

  void start_instance(Role role);
  void plan_turn(Role role, std::uint64_t number, std::int64_t delay_ms);
  void take_turn(Role role, std::uint64_t number);
  void serve(Role role, std::uint64_t number, bool holds);
  void end_instance(Role role, std::uint64_t number);
  void kill_an_idle_instance(Role role);
  void replace_instance(Role role);
  void set_cut_off(const Process& process, bool cut_off);
  void heal_instances();

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
  SkewedClock lease_clock_{timeline_};
  log::InMemoryLeaseStore lease_store_{lease_clock_};
  std::map<Role, std::map<std::uint64_t, Instance>> instances_;  // by number; none where there are no leases
  std::map<Role, std::uint64_t> served_last_;
  std::optional<std::int64_t> healed_at_ms_;
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
  const bool has_leases_;  // or whoever is started takes himself for the owner
  std::int64_t trouble_pause_ms_max_;  // stories differ in how much goes wrong at once
  std::uint64_t events_between_snapshots_;
};

}  // namespace ordo::simulation
