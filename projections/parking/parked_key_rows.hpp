#pragma once
// Purpose: what owners have parked, folded: one row per key that a batch speaks of, as its last event in the batch leaves it.
// Threads: one.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "events/parking/events.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

struct ParkedKeyRow {
  enum class Change : std::uint8_t {
    begun,     // a new row, whatever stood there
    grown,     // the row that stands there has so many inputs more, and is otherwise as it was
    released,  // the row that stands there has so many inputs left, and this fault
    gone,
  };
  Change change = Change::grown;
  std::uint32_t inputs = 0;
  std::optional<parking::Fault> fault;
  Timestamp parked_at;  // of one that has begun

  friend bool operator==(const ParkedKeyRow&, const ParkedKeyRow&) = default;
};

class ParkedKeyRows {
 public:
  // The context whose owner speaks: "billing".
  ParkedKeyRows(std::string_view schema, std::string context);

  // `time`: of the event.
  void add(const parking::Event& event, Timestamp time);

  [[nodiscard]] const std::map<log::Key, ParkedKeyRow>& rows() const { return rows_; }
  [[nodiscard]] Result<void> write(postgres::Transaction& transaction) const;
  void clear() { rows_.clear(); }

 private:
  void park(const parking::InputParked& parked, Timestamp time);
  void release(const parking::ParkedReleased& released);
  [[nodiscard]] Result<void> remove(postgres::Transaction& transaction) const;
  [[nodiscard]] Result<void> write(postgres::Transaction& transaction, bool begun) const;

  std::string context_;
  std::string delete_;
  std::string upsert_;
  std::string update_;
  std::map<log::Key, ParkedKeyRow> rows_;
};

[[nodiscard]] std::string_view parking_tables();

}  // namespace ordo::projections
