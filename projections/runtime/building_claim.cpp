#include "projections/runtime/building_claim.hpp"

#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "projections/runtime/bare_tables.hpp"

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

Result<void> make_empty(postgres::Transaction& transaction, const BuildingClaimSettings& settings, const SchemaClaim& claim) {
  return drop(transaction, kBuilding)
      .and_then([&] { return create(transaction, settings.model, kBuilding, claim); })
      .and_then([&] { return make_bare(transaction, settings.model, kBuilding); })
      .and_then([&] { return settings.note.empty() ? Result<void>{} : put_note(transaction, kBuilding, settings.note); });
}

tl::unexpected<Failure> nothing_to_go_on_with(const std::string& why) {
  return failure(FailureKind::conflict,
                 fmt::format("{}: `ordo projections rebuild --no-swap` fills schema {} first", why, kBuilding));
}

// Whether it goes on with what stands there.
Result<bool> may_go_on(postgres::Transaction& transaction, const BuildingClaimSettings& settings, const Seen& seen) {
  if (!seen && settings.only_go_on) return nothing_to_go_on_with("no rebuild has filled anything");
  if (!seen || settings.restart) return false;
  const auto fits = is_of_this_version(transaction, settings.model, kBuilding);
  const auto note = note_on(transaction, kBuilding);
  if (!fits || !note) return tl::unexpected((fits ? note.error() : fits.error()));
  if (!settings.only_go_on) return *fits && *note == settings.note;
  if (!*fits) return nothing_to_go_on_with("what a rebuild has filled is another version's");
  if (note->starts_with(kPastNote)) return nothing_to_go_on_with("what a rebuild has filled is " + *note + ", which nothing is added to");
  return true;
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
  const auto goes_on = may_go_on(*transaction, settings, seen);
  if (!goes_on) return goes_on;
  const SchemaClaim claim{id, 0};
  return (*goes_on ? go_on(*transaction, claim) : make_empty(*transaction, settings, claim))
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

Result<bool> BuildingClaim::would_go_on(const BuildingClaimSettings& settings) {
  auto connection = postgres::Connection::open(settings.connection);
  if (!connection) return tl::unexpected(connection.error());
  auto transaction = connection->begin();
  if (!transaction) return tl::unexpected(transaction.error());
  const auto seen = claim_of(*transaction, kBuilding);
  return seen ? may_go_on(*transaction, settings, *seen) : tl::unexpected(seen.error());
}

Result<bool> BuildingClaim::drop(const BuildingClaimSettings& settings) {
  auto connection = postgres::Connection::open(settings.connection);
  if (!connection) return tl::unexpected(connection.error());
  const auto seen = await_silence(*connection, settings);
  if (!seen) return tl::unexpected(seen.error());
  auto transaction = connection->begin();
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto locked = lock_schemas(*transaction); !locked) return tl::unexpected(locked.error());
  const auto now = claim_of(*transaction, kBuilding);
  if (!now) return tl::unexpected(now.error());
  if (*now != *seen) return refusal(settings.silence_max);
  const auto there = is_there(*transaction, kBuilding);
  if (!there || !*there) return there;
  return projections::drop(*transaction, kBuilding).and_then([&] { return transaction->commit(); }).map([] { return true; });
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
