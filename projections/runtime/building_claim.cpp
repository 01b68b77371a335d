#include "projections/runtime/building_claim.hpp"

#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

constexpr int kBeatsOfSilence = 10;
constexpr int kLooksOfSilence = 50;

using Seen = std::optional<SchemaClaim>;

tl::unexpected<Failure> refusal(std::chrono::milliseconds silence_max) {
  return failure(FailureKind::conflict,
                 fmt::format("another rebuild is filling schema {}: let it end or stop it; one whose process died is taken over when it "
                             "has been silent for {:.0f} s",
                             kBuilding, std::chrono::duration<double>(silence_max).count()));
}

Result<Seen> look(postgres::Connection& connection) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return claim_of(*transaction, kBuilding);
}

// What stands there and has nobody who lives.
Result<Seen> await_silence(postgres::Connection& connection, const BuildingClaimSettings& settings) {
  const auto first = look(connection);
  const auto end = std::chrono::steady_clock::now() + settings.silence_max;
  for (auto now = first; now; now = look(connection)) {
    if (!*now || !(*now)->pulse) return now;
    if (*now != *first) return refusal(settings.silence_max);
    if (std::chrono::steady_clock::now() >= end) return now;
    if (settings.goes_on && !settings.goes_on()) return refusal(settings.silence_max);
    std::this_thread::sleep_for(settings.silence_max / kLooksOfSilence);
  }
  return failure(FailureKind::unavailable, "Postgres was lost while another rebuild's sign of life was waited for");
}

Result<void> make_empty(postgres::Transaction& transaction, const ReadModelDefinition& model, const SchemaClaim& claim) {
  return drop(transaction, kBuilding).and_then([&] { return create(transaction, model, kBuilding, claim); });
}

Result<void> go_on(postgres::Transaction& transaction, const SchemaClaim& claim) {
  return transaction
      .execute(fmt::format("update {}.schema_version set claim = $1::uuid, pulse = $2::bigint", kBuilding), claim.id, claim.pulse)
      .map([](const postgres::Rows&) {});
}

// True when it goes on with what stands there.
Result<bool> put_claim(postgres::Connection& connection, const BuildingClaimSettings& settings, const Seen& seen, const IdBytes& id) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto locked = lock_schemas(*transaction); !locked) return tl::unexpected(locked.error());
  const auto now = claim_of(*transaction, kBuilding);
  if (!now) return tl::unexpected(now.error());
  if (*now != seen) return refusal(settings.silence_max);
  Result<bool> goes_on = seen && !settings.restart ? is_of_this_version(*transaction, settings.model, kBuilding) : false;
  if (!goes_on) return goes_on;
  const SchemaClaim claim{id, 0};
  return (*goes_on ? go_on(*transaction, claim) : make_empty(*transaction, settings.model, claim))
      .and_then([&] { return transaction->commit(); })
      .map([&] { return *goes_on; });
}

}  // namespace

Result<std::unique_ptr<BuildingClaim>> BuildingClaim::take(const BuildingClaimSettings& settings) {
  auto connection = postgres::Connection::open(settings.connection);
  if (!connection) return tl::unexpected(connection.error());
  const auto id = random_uuid();
  return await_silence(*connection, settings)
      .and_then([&](const Seen& seen) { return put_claim(*connection, settings, seen, id); })
      .map([&](bool goes_on) { return std::unique_ptr<BuildingClaim>(new BuildingClaim(settings, id, goes_on)); });
}

BuildingClaim::BuildingClaim(const BuildingClaimSettings& settings, const IdBytes& id, bool goes_on_with_tables)
    : connection_(settings.connection),
      between_beats_(settings.silence_max / kBeatsOfSilence),
      id_(id),
      goes_on_with_tables_(goes_on_with_tables),
      pulse_([this](const std::stop_token& stop) { beat_until(stop); }) {}

void BuildingClaim::beat_until(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  auto connection = postgres::Connection::open(connection_);
  while (!stop.stop_requested() && !lost_) {
    if (!connection || !connection->usable()) connection = postgres::Connection::open(connection_);
    if (connection) lost_ = !beat(*connection);
    stopped.wait_for(lock, stop, between_beats_, [] { return false; });
  }
  if (connection && !lost_) {
    (void)connection->execute(fmt::format("update {}.schema_version set pulse = null where claim = $1::uuid", kBuilding), id_);
  }
}

// False: the claim does not stand there any more. What cannot be asked is not lost.
bool BuildingClaim::beat(postgres::Connection& connection) {
  const auto beaten =
      connection.execute(fmt::format("update {}.schema_version set pulse = pulse + 1 where claim = $1::uuid", kBuilding), id_);
  return beaten ? beaten->affected() > 0 : beaten.error().retryable();
}

}  // namespace ordo::projections
