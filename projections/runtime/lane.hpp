#pragma once
// Purpose: one lane: takes messages, folds them, and writes rows and checkpoint in one transaction. It starts no thread, waits for
//          nothing but Postgres and asks no clock, so that a simulator can step it.
// Parking: an event that this version cannot read, or that makes rows which the tables refuse, is parked in the same transaction, and so
//          is what comes behind it in its stream under its key (`ParkedEvents`); all else goes on. Nothing is tried again and again: what
//          events and tables say does not change with time. An operator releases what is parked (`release.hpp`).
// Threads: one.

#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "events/log/event_log.hpp"
#include "projections/runtime/checkpoints.hpp"
#include "projections/runtime/parked_events.hpp"
#include "projections/runtime/projection.hpp"

namespace ordo::projections {

class Lane {
 public:
  Lane(const LaneDefinition& definition, std::string_view schema, log::Partition partitions);
  // Of these partitions only; into tables of this stage, which is bare or whole.
  Lane(const LaneDefinition& definition, std::string_view schema, const std::set<log::Partition>& partitions, Stage stage = Stage::whole);

  // Reads where the lane stands. Call it before the first `apply`, and after every failure of one.
  // Errors: corrupt for tables of another version than the model's; conflict for those in another stage, and of another claim, if one is
  //         named.
  [[nodiscard]] Result<void> open(postgres::Connection& connection, const ReadModelDefinition& model,
                                  const std::optional<IdBytes>& claim = {});

  // What is written. The next message of a stream has the sequence after this, or any higher one where older messages are gone.
  [[nodiscard]] const Reached& reached() const { return reached_; }

  // For a lane to which nothing comes: it would not notice that other tables have the name now, and that they want what it has written.
  // Errors: conflict when it is so.
  [[nodiscard]] Result<void> look_again(postgres::Connection& connection) const { return checkpoints_.look_again(connection); }

  // Writes what the messages say, wholly or not at all; answers how many events they held.
  // Requires: messages of this lane's streams, of each stream the next ones in order.
  // Errors: conflict: somebody else has written them, or another part of them, or the tables were swapped; timeout: not known
  //         whether it was written; unavailable; corrupt: a damaged message, or an event that cannot be parked, since it does not say
  //         whose it is or too many are.
  [[nodiscard]] Result<std::size_t> apply(postgres::Connection& connection, std::span<const log::StoredMessage> messages);

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  struct PlacedEvent {
    log::StreamPosition at;
    log::Event event;
  };
  using Batch = std::span<const PlacedEvent>;
  enum class Care { together, each };

  [[nodiscard]] Result<std::vector<PlacedEvent>> read(std::span<const log::StoredMessage> messages, Reached& reached) const;
  [[nodiscard]] Result<void> write(postgres::Connection& connection, Batch batch, const Reached& reached, Care care);
  [[nodiscard]] Result<void> put(postgres::Transaction& transaction, Batch batch);
  [[nodiscard]] Result<void> put_what_is_taken(postgres::Transaction& transaction, Batch batch);
  [[nodiscard]] Result<void> park(const PlacedEvent& broken, const Failure& reason, std::uint32_t attempts);

  std::string name_;
  Stage stage_;
  std::vector<log::StreamName> streams_;
  std::unique_ptr<Projection> projection_;
  Checkpoints checkpoints_;
  ParkedEvents parked_;
  Reached reached_;
};

}  // namespace ordo::projections
