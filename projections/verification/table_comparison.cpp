#include "projections/verification/table_comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ordo::projections {
namespace {

// Parameters: expected and found, the condition of the join, the key as text, the key's columns.
constexpr std::string_view kFirstDifference =
    "with difference as materialized (select concat_ws(' ', {3}) as key, to_jsonb(expected) as expected, to_jsonb(found) as found, "
    "count(*) over () as differing from ({0}) as expected full join ({1}) as found on {2} "
    "where expected is distinct from found order by {4} limit 1) "
    "select difference.key, differing, difference.expected is null, difference.found is null, changed.name, changed.expected, changed.found "
    "from difference left join lateral (select name, wanted.value as expected, held.value as found "
    "from jsonb_each_text(difference.expected) with ordinality as wanted(name, value, place) "
    "join jsonb_each_text(difference.found) as held(name, value) using (name) "
    "where wanted.value is distinct from held.value order by place limit 1) as changed on true";

constexpr std::string_view kTables =
    "select tables.relname::text, array_agg(columns.attname::text order by array_position(keys.indkey::int2[], columns.attnum)) "
    "from pg_class as tables join pg_namespace as schemas on schemas.oid = tables.relnamespace "
    "join pg_index as keys on keys.indrelid = tables.oid and keys.indisprimary "
    "join pg_attribute as columns on columns.attrelid = tables.oid and columns.attnum = any(keys.indkey) "
    "where schemas.nspname = $1::text and tables.relkind = 'r' and tables.relname not in ('checkpoints', 'schema_version', 'parked_events', 'discarded_events') "
    "group by tables.relname order by tables.relname";

std::string statement_of(const RowSets& sets) {
  std::vector<std::string> conditions, texts, columns;
  for (const auto& column : sets.key) {
    conditions.push_back(fmt::format("expected.{0} = found.{0}", column));
    texts.push_back(fmt::format("'{0}=' || coalesce(expected.{0}, found.{0})", column));
    columns.push_back(fmt::format("coalesce(expected.{0}, found.{0})", column));
  }
  return fmt::format(kFirstDifference, sets.expected, sets.found, fmt::join(conditions, " and "), fmt::join(texts, ", "),
                     fmt::join(columns, ", "));
}

Finding finding_of(const RowSets& sets, const postgres::Row& row) {
  const auto differing = row.get<std::int64_t>(1);
  Finding finding{fmt::format("{} {}", sets.name, row.get<std::string>(0)), sets.rule, "", ""};
  if (row.get<bool>(2)) {
    finding.expected = "no such row";
    finding.found = "the row";
  } else if (row.get<bool>(3)) {
    finding.expected = "the row";
    finding.found = "no such row";
  } else {
    finding.where += " column " + row.get<std::string>(4);
    finding.expected = row.get<std::optional<std::string>>(5).value_or("null");
    finding.found = row.get<std::optional<std::string>>(6).value_or("null");
  }
  if (differing > 1) finding.found += fmt::format(" (the first of {} rows that differ)", differing);
  return finding;
}

}  // namespace

Result<Check> compare_rows(postgres::Transaction& transaction, const RowSets& sets) {
  const auto counted = transaction.execute(fmt::format("select count(*) from ({}) as found", sets.found));
  if (!counted) return tl::unexpected(counted.error());
  Check check{sets.name, static_cast<std::uint64_t>((*counted)[0].get<std::int64_t>(0)), "rows", {}, ""};
  const auto difference = transaction.execute(statement_of(sets));
  if (!difference) return tl::unexpected(difference.error());
  if (!difference->empty()) check.finding = finding_of(sets, (*difference)[0]);
  return check;
}

Result<std::vector<TableKey>> tables_of(postgres::Transaction& transaction, std::string_view schema) {
  const auto rows = transaction.execute(kTables, schema);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<TableKey> tables;
  for (const auto row : *rows) tables.push_back({row.get<std::string>(0), row.get<std::vector<std::string>>(1)});
  return tables;
}

}  // namespace ordo::projections
