#pragma once
// Purpose: compares two sets of rows by key, in Postgres, so that no row leaves it but the first that differs.
// Errors:  as query-side/postgres. Threads: as the transaction.

#include <string>
#include <vector>

#include "projections/verification/finding.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

struct RowSets {
  std::string name;                   // "read.balances"
  std::string rule;                   // what the rows that are there must be
  std::string expected;               // a query
  std::string found;                  // a query with the same columns
  std::vector<std::string> key;       // columns that name a row
};

// The first difference by key: a row that is missing, one too many, or the first column that differs.
[[nodiscard]] Result<Check> compare_rows(postgres::Transaction& transaction, const RowSets& sets);

// The tables of a schema with the columns of their primary keys; lanes' own book-keeping is left out.
struct TableKey {
  std::string table;
  std::vector<std::string> key;
};
[[nodiscard]] Result<std::vector<TableKey>> tables_of(postgres::Transaction& transaction, std::string_view schema);

}  // namespace ordo::projections
