#include "projections/runtime/bare_tables.hpp"

#include <fmt/format.h>

namespace ordo::projections {
namespace {

constexpr std::string_view kLacks = R"sql(
create table {0}.lacks (table_name text not null, place integer not null, statement text not null, primary key (table_name, place)))sql";

// How to take away, and how to give back: keys first, then indexes. $1: the table with its schema, $2: the schema.
constexpr std::string_view kKeysAndIndexes =
    "select format('alter table %s drop constraint %I', $1::text, conname), "
    "format('alter table %s add constraint %I %s', $1::text, conname, pg_get_constraintdef(oid)) "
    "from pg_constraint where conrelid = $1::text::regclass and contype in ('p', 'u') "
    "union all "
    "select format('drop index %I.%I', $2::text, relname), pg_get_indexdef(indexrelid) "
    "from pg_index join pg_class on pg_class.oid = indexrelid "
    "where indrelid = $1::text::regclass and not exists (select from pg_constraint where conindid = indexrelid)";

// Long statements; a process that dies is noticed while they run. Other tables are finished beside this one; the largest one, which is
// left in the end, has one more process to sort with.
constexpr std::string_view kBegin =
    "set local statement_timeout = 0; set local client_connection_check_interval = '1s'; set local lock_timeout = 0; "
    "set local maintenance_work_mem = '128MB'; set local work_mem = '64MB'; set local max_parallel_maintenance_workers = 1; "
    "set local max_parallel_workers_per_gather = 0; set local synchronous_commit = off; "
    "lock table {0}.{1} in access exclusive mode";

// All columns in one statement, so that the table is looked through once.
std::pair<std::string, std::string> not_null_of(const std::string& table, const std::vector<std::string>& columns) {
  std::string drop, set;
  for (const auto& column : columns) {
    drop += fmt::format("{} alter column {} drop not null", drop.empty() ? "" : ",", column);
    set += fmt::format("{} alter column {} set not null", set.empty() ? "" : ",", column);
  }
  return {fmt::format("alter table {}{}", table, drop), fmt::format("alter table {}{}", table, set)};
}

Result<void> put_aside(postgres::Transaction& transaction, std::string_view schema, const BulkTable& table) {
  const auto qualified = fmt::format("{}.{}", schema, table.name);
  std::vector<std::pair<std::string, std::string>> both;
  if (!table.missing_in_parts.empty()) both.push_back(not_null_of(qualified, table.missing_in_parts));
  const auto rows = transaction.execute(kKeysAndIndexes, qualified, schema);
  if (!rows) return tl::unexpected(rows.error());
  for (const auto row : *rows) both.emplace_back(row.get<std::string>(0), row.get<std::string>(1));
  std::int64_t place = 0;
  for (const auto& [take, give] : both) {
    if (auto taken = transaction.run_script(take); !taken) return taken;
    constexpr std::string_view kKeep = "insert into {}.lacks (table_name, place, statement) values ($1::text, $2::bigint, $3::text)";
    const auto kept = transaction.execute(fmt::format(kKeep, schema), table.name, ++place, give);
    if (!kept) return tl::unexpected(kept.error());
  }
  return {};
}

Result<void> set_stage(postgres::Transaction& transaction, std::string_view schema, const IdBytes& claim, Stage from, Stage to) {
  constexpr std::string_view kSet = "update {}.schema_version set stage = $3::text where claim = $1::uuid and stage = $2::text";
  const auto moved = transaction.execute(fmt::format(kSet, schema), claim, text(from), text(to));
  if (!moved) return tl::unexpected(moved.error());
  if (moved->affected() == 1) return {};
  return failure(FailureKind::conflict, fmt::format("the tables in schema {} are another rebuild's", schema));
}

// Held until the transaction ends, which should be soon: whoever takes over and whoever shows that he lives waits for it.
Result<void> hold_claim(postgres::Transaction& transaction, std::string_view schema, const IdBytes& claim) {
  return set_stage(transaction, schema, claim, Stage::finishing, Stage::finishing);
}

Result<void> give_back(postgres::Transaction& transaction, std::string_view schema, const BulkTable& table) {
  const auto rows =
      transaction.execute(fmt::format("select statement from {}.lacks where table_name = $1::text order by place", schema), table.name);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return {};
  if (!table.unite.empty()) {
    if (auto united = transaction.run_script(fmt::format(fmt::runtime(table.unite), schema)); !united) return united;
  }
  for (const auto row : *rows) {
    if (auto given = transaction.run_script(row.get<std::string>(0)); !given) return given;
  }
  return transaction.run_script(fmt::format("analyze {}.{}", schema, table.name))
      .and_then([&] { return transaction.execute(fmt::format("delete from {}.lacks where table_name = $1::text", schema), table.name); })
      .map([](const postgres::Rows&) {});
}

}  // namespace

Result<void> make_bare(postgres::Transaction& transaction, const ReadModelDefinition& model, std::string_view schema) {
  if (auto made = transaction.run_script(fmt::format(kLacks, schema)); !made) return made;
  for (const auto& table : model.bulk_tables) {
    if (auto done = put_aside(transaction, schema, table); !done) return done;
  }
  return transaction.execute(fmt::format("update {}.schema_version set stage = $1::text", schema), text(Stage::bare))
      .map([](const postgres::Rows&) {});
}

Result<void> begin_finishing(postgres::Connection& connection, std::string_view schema, const IdBytes& claim) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return set_stage(*transaction, schema, claim, Stage::bare, Stage::finishing).and_then([&] { return transaction->commit(); });
}

Result<void> finish_table(postgres::Connection& connection, std::string_view schema, const IdBytes& claim, const BulkTable& table) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return transaction->run_script(fmt::format(kBegin, schema, table.name))
      .and_then([&] { return give_back(*transaction, schema, table); })
      .and_then([&] { return hold_claim(*transaction, schema, claim); })
      .and_then([&] { return transaction->commit(); });
}

Result<void> end_finishing(postgres::Connection& connection, std::string_view schema, const IdBytes& claim) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return set_stage(*transaction, schema, claim, Stage::finishing, Stage::whole)
      .and_then([&] { return transaction->run_script(fmt::format("drop table {}.lacks", schema)); })
      .and_then([&] { return transaction->commit(); });
}

}  // namespace ordo::projections
