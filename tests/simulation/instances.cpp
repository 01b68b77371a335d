// The processes of a World in which leases say who owns the partition: two of each role, as a rule.

#include <algorithm>

#include <fmt/format.h>

#include "tests/simulation/world.hpp"

namespace ordo::simulation {
namespace {

constexpr std::int64_t kQuietTurnMs = 10'000;
// What died before all was well is taken over by then.
constexpr std::int64_t kOwnerlessMsMax = 10'000;

}  // namespace

void World::start_instance(Role role) {
  const auto number = next_number_++;
  auto& instance = instances_[role][number];
  // Started again under its name, as a supervisor does, or under a new one; while there is trouble, perhaps beside its earlier life.
  const bool is_new = !troubled_ || random_.one_in(4);
  instance.name = is_new ? std::to_string(number) : std::string(1, static_cast<char>('a' + random_.below(kInstancesOfARole)));
  instance.link = std::make_unique<LeaseLink>(cluster_, lease_store_);
  instance.keeper = std::make_unique<runtime::LeaseKeeper>(
      *instance.link, std::string(text(role)), instance.name, log::Partition{1},
      [this, role, number](const runtime::Partitions& held) { serve(role, number, !held.empty()); }, random_.id<log::InstanceId>());
  timeline_.note(fmt::format("{} {} starts as {}", text(role), number, instance.name));
  plan_turn(role, number, random_.between(0, 500));
}

void World::plan_turn(Role role, std::uint64_t number, std::int64_t delay_ms) {
  const auto turn = ++instances_[role].at(number).turns;
  timeline_.after(delay_ms, [this, role, number, turn] {
    const auto found = instances_[role].find(number);
    if (found != instances_[role].end() && found->second.turns == turn) take_turn(role, number);
  });
}

void World::take_turn(Role role, std::uint64_t number) {
  auto& instance = instances_[role].at(number);
  const auto sleeps_ms = instance.asleep_until_ms - timeline_.now_ms();
  if (sleeps_ms > 0) return plan_turn(role, number, sleeps_ms);
  const bool moved = instance.keeper->turn(runtime::SteadyTime(std::chrono::milliseconds(timeline_.now_ms())));
  if (instance.keeper->is_replaced()) {
    occurrences_.count(Occurrence::instance_replaced);
    return end_instance(role, number);
  }
  const bool is_quiet = healed_at_ms_ && timeline_.now_ms() > *healed_at_ms_ + kOwnerlessMsMax;
  plan_turn(role, number, moved ? 1 : is_quiet ? kQuietTurnMs : runtime::kTurnEvery.count());
}

// As `PartitionOwners` does it: an owner that was fenced off stands by until here.
void World::serve(Role role, std::uint64_t number, bool holds) {
  auto& instance = instances_[role].at(number);
  if (instance.owner && (!holds || owners_.at(*instance.owner).owner->fenced())) end_owner(*std::exchange(instance.owner, {}));
  if (!holds || instance.owner) return;
  if (const auto before = std::exchange(served_last_[role], number); before != 0 && before != number) {
    occurrences_.count(Occurrence::lease_moved);
  }
  instance.owner = start_owner(role);
  auto& owner = owners_.at(*instance.owner);
  owner.instance = number;
  owner.client->cut_off = instance.link->cut_off;
}

// It tells the others, unless its next life has taken its place.
void World::end_instance(Role role, std::uint64_t number) {
  instances_[role].at(number).keeper->leave();
  instances_[role].erase(number);
  replace_later(role);
}

void World::kill_an_idle_instance(Role role) {
  auto& instances = instances_[role];
  const auto idle = std::ranges::find_if(instances, [](const auto& entry) { return !entry.second.owner; });
  if (idle == instances.end()) return;
  timeline_.note(fmt::format("{} {} is killed", text(role), idle->first));
  instances.erase(idle);
  replace_later(role);
}

void World::replace_instance(Role role) {
  if (instances_[role].size() < kInstancesOfARole) start_instance(role);
}

// The process's line, whatever owner it runs by now.
void World::set_cut_off(const Process& process, bool cut_off) {
  auto id = process.owner;
  auto& instances = instances_[process.role];
  if (const auto found = process.instance ? instances.find(*process.instance) : instances.end(); found != instances.end()) {
    found->second.link->cut_off = cut_off;
    if (found->second.owner) id = *found->second.owner;
  }
  const auto owner = owners_.find(id);
  if (owner == owners_.end()) return;
  owner->second.client->cut_off = cut_off;
  if (cut_off) return;
  for (const auto kind : log::kStreamKinds) owner->second.client->wake_readers({kind, kPartition});
}

void World::heal_instances() {
  for (const auto role : kRoles) {
    if (instances_[role].empty()) start_instance(role);
    for (auto& [number, instance] : instances_[role]) {
      instance.link->cut_off = false;
      instance.asleep_until_ms = 0;
      plan_turn(role, number, 0);
    }
  }
  healed_at_ms_ = timeline_.now_ms();
  timeline_.after(kOwnerlessMsMax, [this] {
    for (const auto role : kRoles) {
      require(!owners_of(role).empty(), fmt::format("nobody owns the partition of {} 10 s after faults stopped", text(role)));
    }
  });
}

}  // namespace ordo::simulation
