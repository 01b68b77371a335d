// What goes wrong in a World, and how it is healed.

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "tests/simulation/operator.hpp"
#include "tests/simulation/stranger.hpp"
#include "tests/simulation/world.hpp"

namespace ordo::simulation {

void World::make_trouble() {
  static constexpr void (World::*kTroubles[])() = {
      &World::crash_an_owner,       &World::tell_an_owner_to_end, &World::put_an_owner_to_sleep,    &World::start_a_second_owner,
      &World::turn_a_clock,         &World::cut_a_line,           &World::take_the_log_down,        &World::take_the_mail_down,
      &World::crash_the_gateway,    &World::disturb_the_projector, &World::forget_old_commands,     &World::let_a_stranger_append,
      &World::leave_a_strange_snapshot, &World::break_a_command, &World::call_the_operator,
  };
  if (!troubled_) return;
  // All may be dead at once; then they are let come back.
  if (owners_.empty()) {
    timeline_.after(100, [this] { make_trouble(); });
    return;
  }
  (this->*kTroubles[random_.below(std::size(kTroubles))])();
  timeline_.after(random_.between(0, trouble_pause_ms_max_), [this] { make_trouble(); });
}

void World::crash_an_owner() {
  const auto id = any_owner();
  const auto role = owners_.at(id).role;
  if (has_leases_ && random_.one_in(4)) return kill_an_idle_instance(role);
  kill_owner(id);
  replace_later(role);
}

void World::tell_an_owner_to_end() {
  const auto id = any_owner();
  owners_.at(id).ends_by_ms = timeline_.now_ms() + random_.between(0, 5'000);
  wake(id, 0);
}

// Its lease runs out meanwhile: another takes over, and it wakes as a zombie.
void World::put_an_owner_to_sleep() {
  const auto id = any_owner();
  auto& owner = owners_.at(id);
  const auto role = owner.role;
  const auto sleeps_ms = random_.one_in(5) ? random_.between(60'000, 3'600'000) : random_.between(1'000, 20'000);
  owner.asleep_until_ms = timeline_.now_ms() + sleeps_ms;
  occurrences_.count(sleeps_ms < 60'000 ? Occurrence::slept_seconds : Occurrence::slept_up_to_an_hour);
  timeline_.note(fmt::format("owner {} sleeps for {} ms", id, sleeps_ms));
  timeline_.after(sleeps_ms, [this, role, id] {
    if (owners_.contains(id) && owners_of(role).size() > 1) occurrences_.count(Occurrence::woke_as_zombie);
  });
  if (owner.instance) instances_[role].at(*owner.instance).asleep_until_ms = owner.asleep_until_ms;
  if (has_leases_ || sleeps_ms < 6'000) return;
  timeline_.after(6'000, [this, role, id] {
    if (troubled_ && owners_of(role) == std::vector<OwnerId>{id}) start_owner(role);
  });
}

void World::start_a_second_owner() {
  const auto role = kRoles[random_.below(std::size(kRoles))];
  const auto before = owners_of(role);
  if (has_leases_ || before.size() != 1) return;
  start_owner(role);
  occurrences_.count(Occurrence::second_owner);
  timeline_.after(random_.between(100, 10'000), [this, role] {
    const auto both = owners_of(role);
    if (both.size() > 1) kill_owner(both.front());
  });
}

void World::turn_a_clock() {
  auto& clock = has_leases_ && random_.one_in(4) ? lease_clock_ : *owners_.at(any_owner()).clock;
  const auto before_ms = std::exchange(clock.skew_ms, random_.between(-3'600'000, 3'600'000));
  occurrences_.count(clock.skew_ms > before_ms ? Occurrence::clock_forward : Occurrence::clock_back);
}

void World::cut_a_line() {
  const auto id = any_owner();
  const Process process{owners_.at(id).role, id, owners_.at(id).instance};
  set_cut_off(process, true);
  timeline_.note(fmt::format("owner {} is cut off", id));
  timeline_.after(random_.between(100, 12'000), [this, process] { set_cut_off(process, false); });
}

void World::take_the_log_down() {
  cluster_.down = true;
  timeline_.note("the log is down");
  timeline_.after(random_.between(50, 6'000), [this] { cluster_.down = false; });
}

void World::take_the_mail_down() {
  post_.away = true;
  timeline_.after(random_.between(1'000, 60'000), [this] { post_.away = false; });
}

void World::crash_the_gateway() {
  if (front_door_.gateway() == nullptr) return;
  front_door_.stop_gateway();
  occurrences_.count(Occurrence::gateway_killed);
  timeline_.note("the gateway is killed");
  timeline_.after(random_.between(0, 2'000), [this] { front_door_.start_gateway(next_number_++); });
}

void World::disturb_the_projector() {
  if (projectors_.size() > 1 || random_.one_in(2)) {
    projectors_.pop_front();
    occurrences_.count(Occurrence::projector_killed);
  } else {
    occurrences_.count(Occurrence::second_projector);
  }
  start_projector();
}

// As COMMANDS does with what is older than its age limit; never before it is decided.
void World::forget_old_commands() {
  const log::StreamName commands{log::StreamKind::commands, kPartition};
  const auto decided = std::min(auditor_.decided({log::StreamKind::orders, kPartition}, log::StreamKind::commands),
                                auditor_.decided({log::StreamKind::billing, kPartition}, log::StreamKind::commands));
  const auto projected = read_model_.reached({commands}).at(commands);
  const auto keep_from = std::min(decided.sequence, projected);
  if (keep_from <= cluster_.bounds(commands).first_sequence) return;
  cluster_.expire_before(commands, keep_from);
  occurrences_.count(Occurrence::commands_forgotten);
}

void World::let_a_stranger_append() { append_as_stranger(cluster_, auditor_, output_of(kRoles[random_.below(std::size(kRoles))])); }

void World::leave_a_strange_snapshot() {
  leave_snapshot_of_another_log(cluster_, snapshot_store_, output_of(kRoles[random_.below(std::size(kRoles))]));
}

void World::break_a_command() { append_broken_command(cluster_, auditor_, kPartition); }

void World::call_the_operator() {
  std::ignore = release_parked(cluster_, auditor_, kPartition, random_.one_in(2) ? parking::Discard::none : parking::Discard::first);
}

// Until nothing is parked: behind one broken input there may be another.
void World::discard_what_is_broken() {
  std::ignore = release_parked(cluster_, auditor_, kPartition, parking::Discard::first);
  timeline_.after(5'000, [this] { discard_what_is_broken(); });
}

void World::heal() {
  troubled_ = false;
  cluster_.down = false;
  cluster_.faulty = false;
  post_.away = false;
  post_.faulty = false;
  timeline_.note("all is well from here");
  std::vector<OwnerId> ending;
  for (const auto& [id, owner] : owners_) {
    if (owner.ends_by_ms) ending.push_back(id);
  }
  for (const auto id : ending) kill_owner(id);
  for (auto& [id, owner] : owners_) {
    owner.client->cut_off = false;
    owner.clock->skew_ms = 0;
    owner.asleep_until_ms = 0;
    // Its step may be due in an hour.
    owner.step_is_due = false;
    for (const auto kind : log::kStreamKinds) owner.client->wake_readers({kind, kPartition});
  }
  if (has_leases_) heal_instances();
  for (const auto role : kRoles) {
    if (has_leases_) break;
    auto ids = owners_of(role);
    if (ids.empty()) start_owner(role);
    for (; ids.size() > 1; ids.pop_back()) kill_owner(ids.back());
  }
  if (front_door_.gateway() == nullptr) front_door_.start_gateway(next_number_++);
  tick();
  discard_what_is_broken();
}

}  // namespace ordo::simulation
