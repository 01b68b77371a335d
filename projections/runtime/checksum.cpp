#include "projections/runtime/checksum.hpp"

#include <charconv>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

constexpr std::string_view kTables =
    "select format('%I.%I', schemaname, tablename), tablename from pg_tables "
    "where schemaname = $1::text and tablename not in ('checkpoints', 'schema_version', 'parked_events', 'discarded_events') order by tablename";

// The sum of the rows' hashes, as an unsigned 64-bit number: sums do not know the order of their parts.
constexpr std::string_view kSum =
    "select count(*), mod(mod(coalesce(sum(hashtextextended(held::text, 0)::numeric), 0), 18446744073709551616) "
    "+ 18446744073709551616, 18446744073709551616)::text from {} as held";

}  // namespace

Result<std::vector<TableChecksum>> checksums(postgres::Connection& connection, std::string_view schema) {
  auto transaction = connection.begin({.isolation = postgres::Isolation::repeatable_read});
  if (!transaction) return tl::unexpected(transaction.error());
  const auto tables = transaction->execute(kTables, schema);
  if (!tables) return tl::unexpected(tables.error());
  std::vector<TableChecksum> sums;
  for (const auto table : *tables) {
    const auto rows = transaction->execute(fmt::format(kSum, table.get<std::string_view>(0)));
    if (!rows) return tl::unexpected(rows.error());
    const auto digits = (*rows)[0].get<std::string_view>(1);
    TableChecksum sum{table.get<std::string>(1), static_cast<std::uint64_t>((*rows)[0].get<std::int64_t>(0))};
    std::from_chars(digits.data(), digits.data() + digits.size(), sum.checksum);
    sums.push_back(std::move(sum));
  }
  return sums;
}

}  // namespace ordo::projections
