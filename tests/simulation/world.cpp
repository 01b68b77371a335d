#include "tests/simulation/world.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "command-side/billing/context.hpp"
#include "command-side/notifications/letter_context.hpp"
#include "command-side/orders/context.hpp"

namespace ordo::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kTickMs = 500;
constexpr std::int64_t kQuietTickMs = 10'000;
// Generous: only a defect meets it. Letters may wait an hour for their next attempt, and a clock may be an hour off.
constexpr std::uint64_t kStepsToSettleMax = 400'000;
constexpr std::uint64_t kStepsBetweenLooks = 500;

}  // namespace

World::World(std::uint64_t seed, Custom custom, int orders)
    : custom_(custom),
      random_(seed),
      cluster_(timeline_, random_, occurrences_, [this](const log::StoredMessage& message) { auditor_.stored(message); }),
      front_door_(cluster_, random_, custom, orders),
      read_model_(auditor_),
      has_leases_(random_.one_in(3)),
      trouble_pause_ms_max_(random_.one_in(4) ? 700 : random_.between(2'000, 6'000)),
      events_between_snapshots_(static_cast<std::uint64_t>(random_.between(3, 60))) {}

World::~World() {
  // Owners go before the links that they read from.
  for (auto& [id, owner] : owners_) owner.owner.reset();
}

World::OwnerId World::start_owner(Role role) {
  const auto id = next_number_++;
  auto& owner = owners_[id];
  owner.role = role;
  const auto heard = [this, id] { wake(id, random_.between(0, 5)); };
  owner.client = std::make_unique<Client>(cluster_, id, heard);
  owner.client->own_stream = output_of(role);
  owner.snapshot_link = std::make_unique<SnapshotLink>(cluster_, *owner.client, snapshot_store_);
  owner.snapshots = std::make_unique<runtime::SnapshotQueue>(*owner.snapshot_link);
  owner.clock = std::make_unique<SkewedClock>(timeline_);
  owner.desk = std::make_unique<SimulatedDesk>(timeline_, random_, occurrences_, post_, *owner.clock, heard);
  const auto make_context = [role, desk = owner.desk.get()](runtime::Mailbox& mailbox) -> std::unique_ptr<runtime::Context> {
    if (role == Role::orders) return orders::make_context();
    if (role == Role::billing) return billing::make_context();
    return std::make_unique<notifications::LetterContext>(kPartition, *desk, mailbox);
  };
  const runtime::Snapshots snapshots{owner.snapshots.get(), events_between_snapshots_};
  owner.owner = std::make_unique<runtime::PartitionOwner>(*owner.client, kPartition, make_context, *owner.clock,
                                                          [this] { return random_.id<EventId>(); }, snapshots);
  timeline_.note(fmt::format("{} {} starts", text(role), id));
  wake(id, 0);
  return id;
}

void World::kill_owner(OwnerId id) {
  auto& owner = owners_.at(id);
  timeline_.note(fmt::format("{} {} is killed", text(owner.role), id));
  note_what_a_kill_meets(owner);
  owner.snapshot_link->dying = true;
  owner.snapshots->write_next();
  owner.owner.reset();
  if (owner.instance) instances_[owner.role].erase(*owner.instance);
  owners_.erase(id);
}

void World::note_what_a_kill_meets(const Owner& owner) {
  const auto& under_way = owner.client->under_way();
  if (under_way.requests > 0) {
    occurrences_.count(Occurrence::killed_before_append);
  } else if (under_way.answers > 0) {
    occurrences_.count(Occurrence::killed_before_ack);
  } else {
    occurrences_.count(under_way.unread > 0 ? Occurrence::killed_after_ack : Occurrence::killed_at_rest);
  }
}

// As `OwnerThread` does it, and `SnapshotThread` behind it.
void World::end_owner(OwnerId id) {
  auto& owner = owners_.at(id);
  timeline_.note(fmt::format("{} {} ends", text(owner.role), id));
  owner.owner->leave_snapshot();
  owner.snapshots->write_next();
  owner.owner.reset();
  owners_.erase(id);
}

void World::end_process_of(OwnerId id) {
  occurrences_.count(Occurrence::ended_in_order);
  const auto role = owners_.at(id).role;
  if (const auto instance = owners_.at(id).instance) return end_instance(role, *instance);
  end_owner(id);
  replace_later(role);
}

void World::replace_later(Role role) {
  if (has_leases_) return timeline_.after(random_.between(0, 3'000), [this, role] { replace_instance(role); });
  if (!owners_of(role).empty()) return;
  timeline_.after(random_.between(0, 3'000), [this, role] {
    if (owners_of(role).empty()) start_owner(role);
  });
}

void World::wake(OwnerId id, std::int64_t delay_ms) {
  const auto found = owners_.find(id);
  if (found == owners_.end() || found->second.step_is_due) return;
  found->second.step_is_due = true;
  const auto sleeps_ms = std::max<std::int64_t>(0, found->second.asleep_until_ms - timeline_.now_ms());
  timeline_.after(std::max(delay_ms, sleeps_ms), [this, id] { step(id); });
}

void World::step(OwnerId id) {
  const auto found = owners_.find(id);
  if (found == owners_.end()) return;
  auto& owner = found->second;
  owner.step_is_due = false;
  if (owner.asleep_until_ms > timeline_.now_ms()) return wake(id, 0);
  // It stands by until its instance has read the leases again.
  if (owner.instance && owner.owner->fenced()) return;
  if (owner.ends_by_ms && !std::exchange(owner.is_winding_up, true)) owner.owner->wind_up();
  const auto was_running = owner.owner->running();
  const bool was_fenced = owner.owner->fenced();
  const auto stepped = owner.owner->step(0ms);
  owner.client->looked();
  require(stepped.has_value(), stepped ? "" : fmt::format("{} {} stopped: {}", text(owner.role), id, stepped.error().text));
  if (owner.owner->fenced() && !was_fenced) occurrences_.count(Occurrence::fenced_off);
  if (owner.ends_by_ms && (owner.owner->wound_up() || timeline_.now_ms() >= *owner.ends_by_ms)) return end_process_of(id);
  if (owner.owner->pause() > 0ms) return wake(id, owner.owner->pause().count());
  // It is on its way to run: nothing else would wake it.
  if (!was_running || !owner.owner->running()) wake(id, random_.between(1, 10));
}

void World::tick() {
  for (const auto& [id, owner] : owners_) wake(id, 0);
  step_projectors();
  write_snapshots();
  timeline_.after(troubled_ ? kTickMs : kQuietTickMs, [this] { tick(); });
}

void World::write_snapshots() {
  for (const auto& [id, owner] : owners_) {
    if (owner.asleep_until_ms <= timeline_.now_ms() && random_.one_in(2)) owner.snapshots->write_next();
  }
}

std::vector<World::OwnerId> World::owners_of(Role role) const {
  std::vector<OwnerId> ids;
  for (const auto& [id, owner] : owners_) {
    if (owner.role == role) ids.push_back(id);
  }
  return ids;
}

World::OwnerId World::any_owner() {
  auto owner = owners_.begin();
  std::advance(owner, random_.below(static_cast<std::int64_t>(owners_.size())));
  return owner->first;
}

void World::start_projector() {
  auto client = std::make_unique<Client>(cluster_, next_number_++, [] {});
  auto projector = std::make_unique<SimulatedProjector>(*client, read_model_, kPartition);
  projectors_.push_back(std::make_unique<Projector>(std::move(client), std::move(projector)));
}

void World::step_projectors() {
  for (const auto& process : projectors_) {
    if (!troubled_ || !random_.one_in(3)) process->projector->step();
  }
}

bool World::is_settled() {
  if (!front_door_.is_quiet() || !auditor_.parked().empty()) return false;
  const auto has_one_owner = [this](Role role) { return owners_of(role).size() == 1; };
  if (!std::ranges::all_of(kRoles, has_one_owner)) return false;
  const auto is_decided = [this](OperationId id) { return auditor_.has_decided(id); };
  if (!std::ranges::all_of(front_door_.top_ups_told(), is_decided)) return false;
  for (const auto& [id, order] : auditor_.orders()) {
    if (!order.has_ended()) return false;
    for (const auto kind : order.letters_due) {
      if (!auditor_.has_recorded(notifications::notification_of(id, kind))) return false;
    }
  }
  return read_model_.is_up_with(cluster_, kPartition);
}

void World::require_kept_promises() {
  for (const auto id : front_door_.orders_told()) require(auditor_.orders().contains(id), "an order that was accepted is lost");
  for (const auto& [order, cancellation] : front_door_.cancellations_told()) {
    require(auditor_.orders().at(order).cancellations.contains(cancellation), "a cancellation that was accepted is lost");
  }
  for (const auto& [id, order] : auditor_.orders()) {
    for (const auto kind : order.letters_due) {
      require(post_.letters[notifications::notification_of(id, kind)] >= 1, "a letter is recorded that never arrived");
    }
  }
  read_model_.require_all_rows();
  if (custom_ == Custom::rush) require_as_many_paid_as_the_wallet_could();
}

void World::require_as_many_paid_as_the_wallet_could() {
  require(auditor_.orders().size() == kRushOrders, "an order of the rush is lost, or made twice");
  const auto paid = std::ranges::count_if(auditor_.orders(), [](const auto& entry) { return entry.second.status == orders::Status::paid; });
  require(paid == kRushPaid, fmt::format("of a hundred orders at once {} are paid, and not {}", paid, kRushPaid));
}

void World::run() {
  for (const auto role : kRoles) {
    if (!has_leases_) start_owner(role);
    for (std::size_t count = 0; has_leases_ && count < kInstancesOfARole; ++count) start_instance(role);
  }
  start_projector();
  front_door_.start_gateway(next_number_++);
  front_door_.open();
  tick();
  make_trouble();
  while (!front_door_.is_quiet()) {
    require(timeline_.step(), "something is always due");
    require(timeline_.steps() < kStepsToSettleMax, "every command is stored at last");
  }
  heal();
  const auto healed_at = timeline_.steps();
  while (!is_settled()) {
    for (std::uint64_t count = 0; count < kStepsBetweenLooks; ++count) timeline_.step();
    require(timeline_.steps() - healed_at < kStepsToSettleMax, "every order ends, and its letter is recorded, when faults stop");
  }
  require_kept_promises();
  for (auto behind = auditor_.parked_behind(); behind > 0; --behind) occurrences_.count(Occurrence::parked_behind);
}

}  // namespace ordo::simulation
