#pragma once
// Purpose: an operator holds live lanes. A row in Postgres says which, so that every instance honours it, and restarts, rebuilds and swaps
//          change nothing about it. A rebuild's own lanes are never held.
// Errors: as query-side/postgres; unavailable when the lanes cannot be stopped now, since something else holds them for long.
// Threads: as the connection.

#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/time.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

struct Pause {
  std::string lane;
  Timestamp since;
  std::string paused_by;
  std::string reason;
};

// Makes the table, where it is not, and grants the roles what they may do with it.
[[nodiscard]] Result<void> set_up_pauses(postgres::Connection& connection);

// By the names of the lanes.
[[nodiscard]] Result<std::vector<Pause>> pauses(postgres::Connection& connection);
[[nodiscard]] Result<bool> is_paused(postgres::Connection& connection, std::string_view lane);

// When it returns, these lanes have stopped: nothing is written by them any more, in any process. Whoever is held already stays so, as
// it was told before. Answers those that were not.
struct PauseOrder {
  std::vector<std::string> lanes;
  std::string paused_by;
  std::string reason;
};
[[nodiscard]] Result<std::vector<std::string>> pause(postgres::Connection& connection, const PauseOrder& order);

// They go on within a moment. Answers those that were held.
[[nodiscard]] Result<std::vector<std::string>> resume(postgres::Connection& connection, const std::vector<std::string>& lanes);

}  // namespace ordo::projections
