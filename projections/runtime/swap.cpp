#include "projections/runtime/swap.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "projections/runtime/schema.hpp"

namespace ordo::projections {
namespace {

constexpr std::chrono::milliseconds kLookAgain{5};

// From here on nobody else makes, takes over or swaps schemas.
Result<void> hold_schemas(postgres::Transaction& transaction, const IdBytes& claim) {
  if (auto locked = lock_schemas(transaction); !locked) return locked;
  const auto standing = claim_of(transaction, kBuilding);
  if (!standing) return tl::unexpected(standing.error());
  if (*standing && (*standing)->id == claim) return require_whole(transaction, kBuilding);
  return failure(FailureKind::conflict, fmt::format("schema {} is another rebuild's", kBuilding));
}

// The log's end while live lanes stand still: no live checkpoint is beyond it. Messages that the inbox has forgotten are not missing.
Result<std::map<std::string, Reached>> required_of(const SwapSettings& settings) {
  std::map<std::string, Reached> lanes;
  for (const auto& lane : settings.model.lanes) {
    for (const auto kind : lane.inputs) {
      for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
        const auto bounds = settings.log.bounds({kind, partition});
        if (!bounds) return tl::unexpected(bounds.error());
        lanes[lane.name][{kind, partition}] = bounds->first_sequence > bounds->last_sequence ? 0 : bounds->last_sequence;
      }
    }
  }
  return lanes;
}

// By what is written, whoever wrote it: a lane's own memory may be of tables that are gone.
Result<bool> has_reached(postgres::Transaction& transaction, const std::map<std::string, Reached>& required) {
  return read_all_checkpoints(transaction, kBuilding).map([&](std::map<std::string, Reached> lanes) {
    return std::ranges::all_of(required, [&](const auto& lane) {
      return std::ranges::all_of(lane.second, [&](const auto& wanted) { return lanes[lane.first][wanted.first] >= wanted.second; });
    });
  });
}

Result<bool> wait_until_reached(postgres::Transaction& transaction, const std::map<std::string, Reached>& required,
                                const std::function<bool()>& goes_on) {
  for (;;) {
    const auto reached = has_reached(transaction, required);
    if (!reached || *reached) return reached;
    if (!goes_on()) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
}

// The lanes that wait find the new tables under the old name. The pulse ends with the rename: to the live lanes the tables are nobody's.
Result<void> rename(postgres::Transaction& transaction) {
  return transaction.run_script(fmt::format("update {2}.schema_version set pulse = null; "
                                            "alter schema {0} rename to {1}; alter schema {2} rename to {0}",
                                            kServing, kPrevious, kBuilding));
}

}  // namespace

Result<bool> swap_schemas(postgres::Connection& connection, const SwapSettings& settings, Projector& building) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  // Whoever still reads the tables from before is waited for while the live lanes go on.
  auto held = transaction->run_script("set local lock_timeout = '2s'")
                  .and_then([&] { return hold_schemas(*transaction, settings.claim); })
                  .and_then([&] { return drop(*transaction, kPrevious); })
                  .and_then([&] { return hold_lanes(*transaction, kServing); });
  if (!held) return tl::unexpected(held.error());
  const auto required = required_of(settings);
  if (!required) return tl::unexpected(required.error());
  const auto reached = wait_until_reached(*transaction, *required, settings.goes_on);
  if (!reached || !*reached) return reached;
  building.stop();
  return hold_lanes(*transaction, kBuilding)
      .and_then([&] { return rename(*transaction); })
      .and_then([&] { return transaction->commit(); })
      .map([] { return true; });
}

}  // namespace ordo::projections
