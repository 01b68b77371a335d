#pragma once
// Purpose: the greater part of a rebuild: fills the bare tables of `read_next` with all that the log holds by now, then gives them
//          their keys, from whatever stage they are in. Where a key cannot be made, since the log says twice what may be said
//          once, the tables are emptied and have their keys from the beginning: lanes with keys park such events.
// Errors: conflict when the schema is another rebuild's; otherwise as query-side/postgres and the log.
// Threads: one; `goes_on` and `watch` come on the caller's.

#include <functional>
#include <map>

#include "projections/runtime/lane_driver.hpp"

namespace ordo::projections {

struct BulkProgress {
  std::map<std::string, Reached> reached;  // by lane: what is written
  std::uint64_t events = 0;                // that were written now
  std::size_t tables_left = 0;             // that get their keys; nothing is read meanwhile
};

struct BulkFillSettings {
  ProjectorSettings projector;
  IdBytes claim{};
  std::function<bool()> goes_on;  // asked several times a second
  std::function<void(const BulkProgress&)> watch;  // called several times a second
};

// True: the tables are whole. False: `goes_on` said no before.
[[nodiscard]] Result<bool> fill_in_bulk(const BulkFillSettings& settings);

}  // namespace ordo::projections
