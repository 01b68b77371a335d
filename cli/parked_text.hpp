#pragma once
// Purpose: what is parked, for people and for programs, on stdout; `output` is table, json or ndjson.
// Threads: one.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/json_rows.hpp"
#include "command-side/runtime/parking.hpp"
#include "events/parking/events.hpp"

namespace ordo::cli {

// What an owner, or a lane of the read model, has parked under one key.
struct ParkedRow {
  std::string where;  // "ORDERS-2", "projections/orders COMMANDS-2"
  log::Key key;
  std::uint64_t inputs = 0;
  std::optional<parking::Fault> fault;  // of the first of them; none: it waits to be tried again
};
void print(const std::vector<ParkedRow>& rows, const std::string& output);

// Every input that is parked under an id.
class InputRows {
 public:
  explicit InputRows(const std::string& output);

  // What an owner has parked under one key, in its order.
  void add(const ParkedRow& head, const runtime::Parking::Queue& inputs);
  // A lane of the read model: its events stand in the log.
  void add(const ParkedRow& lane);

 private:
  std::optional<JsonRows> json_;  // none: for people
};

// What came of a release.
struct ReleaseRow {
  std::uint64_t discarded = 0;
  std::uint64_t decided = 0;
  std::uint64_t left = 0;
  std::optional<std::string> reason;  // why the first of those is left
};

class ReleaseRows {
 public:
  explicit ReleaseRows(const std::string& output);
  void add(const ParkedRow& head, const ReleaseRow& released);

 private:
  std::optional<JsonRows> json_;  // none: for people
};

}  // namespace ordo::cli
