#pragma once
// Purpose: compares the tables of two schemas row by row and column by column, in Postgres, so that no rows leave it but a few samples: its
//          memory and this program's stay bounded however many rows there are. The schemas may be of different versions.
// Errors:  as query-side/postgres. Threads: as the transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

enum class RowFate { only_before, only_after, changed };

struct ColumnChange {
  std::string column;
  std::optional<std::string> before;  // as text; none: null
  std::optional<std::string> after;
};

struct RowSample {
  RowFate fate = RowFate::changed;
  std::string key;                    // "order_id=0197f0aa-…"
  std::vector<ColumnChange> changes;  // of a changed row
};

struct ColumnCount {
  std::string column;
  std::uint64_t rows = 0;  // in which it differs
};

struct TableDifference {
  std::string table;
  std::uint64_t rows_before = 0;
  std::uint64_t rows_after = 0;
  std::uint64_t only_before = 0;
  std::uint64_t only_after = 0;
  std::uint64_t changed = 0;
  std::vector<ColumnCount> columns;         // that differ anywhere, of those that both have
  std::vector<std::string> columns_before;  // that only one of them has
  std::vector<std::string> columns_after;
  std::vector<RowSample> samples;

  [[nodiscard]] std::uint64_t differing() const { return only_before + only_after + changed; }
  [[nodiscard]] bool same() const { return differing() == 0 && columns_before.empty() && columns_after.empty(); }
};

// By the names of the tables; lanes' own book-keeping is left out. A table that one side has as a view is compared with that; of one that
// it does not have at all, all rows are on the other's only. At most so many samples of each fate in each table.
[[nodiscard]] Result<std::vector<TableDifference>> compare_schemas(postgres::Transaction& transaction, std::string_view before,
                                                                   std::string_view after, std::size_t samples_max);

}  // namespace ordo::projections
