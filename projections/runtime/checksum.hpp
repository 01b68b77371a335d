#pragma once
// Purpose: tells whether two read models hold the same rows: a checksum of every table, in which neither the order of rows nor how
//          they came there counts.
// Errors: as query-side/postgres. Threads: as the connection.

#include <cstdint>
#include <string>
#include <vector>

#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

struct TableChecksum {
  std::string table;
  std::uint64_t rows = 0;
  std::uint64_t checksum = 0;

  friend bool operator==(const TableChecksum&, const TableChecksum&) = default;
};

// By the names of the tables, all of one moment. The lanes' own book-keeping is left out.
[[nodiscard]] Result<std::vector<TableChecksum>> checksums(postgres::Connection& connection, std::string_view schema);

}  // namespace ordo::projections
