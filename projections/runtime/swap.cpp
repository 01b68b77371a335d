#include "projections/runtime/swap.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "projections/runtime/schema.hpp"

namespace ordo::projections {
namespace {

using Lanes = std::map<std::string, Reached>;

constexpr std::chrono::milliseconds kLookAgain{5};

// A live lane moves its checkpoint first in each transaction: with this lock taken none of them is in the middle of one, and those
// that come wait. When it falls, their statements find the new tables under the old name.
Result<void> stop_live_lanes(postgres::Transaction& transaction) {
  return lock_schemas(transaction).and_then([&] {
    return transaction.run_script(fmt::format("lock table {}.checkpoints in exclusive mode", kServing));
  });
}

// The log's end while live lanes stand still: no live checkpoint is beyond it. Messages that the inbox has forgotten are not missing.
Result<Lanes> required_of(log::EventLog& log, Lanes lanes) {
  for (auto& [lane, reached] : lanes) {
    for (auto& [stream, sequence] : reached) {
      const auto bounds = log.bounds(stream);
      if (!bounds) return tl::unexpected(bounds.error());
      sequence = bounds->first_sequence > bounds->last_sequence ? 0 : bounds->last_sequence;
    }
  }
  return lanes;
}

bool has_reached(const Lanes& lanes, const Lanes& required) {
  return std::ranges::all_of(required, [&](const auto& wanted) {
    return std::ranges::all_of(wanted.second, [&](const auto& entry) { return lanes.at(wanted.first).at(entry.first) >= entry.second; });
  });
}

bool wait_until_reached(const Projector& building, const Lanes& required, const std::function<bool()>& goes_on) {
  while (!has_reached(building.reached(), required)) {
    if (!goes_on()) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return true;
}

}  // namespace

Result<bool> swap_schemas(postgres::Connection& connection, log::EventLog& log, Projector& building,
                          const std::function<bool()>& goes_on) {
  if (auto dropped = drop(connection, kPrevious); !dropped) return tl::unexpected(dropped.error());
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto stopped = stop_live_lanes(*transaction); !stopped) return tl::unexpected(stopped.error());
  const auto required = required_of(log, building.reached());
  if (!required) return tl::unexpected(required.error());
  if (!wait_until_reached(building, *required, goes_on)) return false;
  building.stop();
  return transaction
      ->run_script(fmt::format("alter schema {0} rename to {1}; alter schema {2} rename to {0}", kServing, kPrevious, kBuilding))
      .and_then([&] { return transaction->commit(); })
      .map([] { return true; });
}

}  // namespace ordo::projections
