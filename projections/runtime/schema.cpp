#include "projections/runtime/schema.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "projections/runtime/schema_sql.hpp"

namespace ordo::projections {
namespace {

constexpr std::array<std::string_view, 3> kStages{"bare", "finishing", "whole"};

constexpr std::string_view kSchemasLock = "select pg_advisory_xact_lock(hashtextextended('ordo read model', 0))";

IdBytes fingerprint_of(const ReadModelDefinition& model) {
  std::string all(kRuntimeSchema);
  for (const auto sql : model.tables_sql) all += sql;
  return derived_uuid("tables of the read model", {all});
}

Result<bool> is_made(postgres::Transaction& transaction, std::string_view schema) {
  return transaction
      .execute("select to_regclass($1::text) is not null", fmt::format("{}.schema_version", schema))
      .map([](const postgres::Rows& rows) { return rows[0].get<bool>(0); });
}

Result<Stage> parse_stage(std::string_view name) {
  const auto stage = std::ranges::find(kStages, name);
  if (stage == kStages.end()) return failure(FailureKind::corrupt, "the tables of the read model are in a stage that is unknown");
  return static_cast<Stage>(stage - kStages.begin());
}

}  // namespace

SchemaMark mark_of(const ReadModelDefinition& model) { return {model.version, fingerprint_of(model), {}}; }

std::string_view text(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

Result<void> lock_schemas(postgres::Transaction& transaction) { return transaction.run_script(kSchemasLock); }

Result<bool> is_there(postgres::Transaction& transaction, std::string_view schema) {
  return transaction.execute("select to_regnamespace($1::text) is not null", schema).map([](const postgres::Rows& rows) {
    return rows[0].get<bool>(0);
  });
}

Result<std::optional<SchemaClaim>> claim_of(postgres::Transaction& transaction, std::string_view schema) {
  const auto has_claim = transaction.execute(
      "select exists (select from pg_attribute where attrelid = to_regclass($1::text) and attname = 'pulse' and not attisdropped)",
      fmt::format("{}.schema_version", schema));
  if (!has_claim) return tl::unexpected(has_claim.error());
  if (!(*has_claim)[0].get<bool>(0)) return std::nullopt;
  return transaction.execute(fmt::format("select claim, pulse from {}.schema_version", schema))
      .map([](const postgres::Rows& rows) -> std::optional<SchemaClaim> {
        if (rows.empty()) return std::nullopt;
        return SchemaClaim{rows[0].get<IdBytes>(0), rows[0].get<std::optional<std::int64_t>>(1)};
      });
}

Result<bool> is_of_this_version(postgres::Transaction& transaction, const ReadModelDefinition& model, std::string_view schema) {
  return transaction
      .execute(fmt::format("select version = $1::bigint and fingerprint = $2::uuid from {}.schema_version", schema), model.version,
               fingerprint_of(model))
      .map([](const postgres::Rows& rows) { return rows[0].get<bool>(0); });
}

Result<std::string> note_on(postgres::Transaction& transaction, std::string_view schema) {
  return transaction.execute("select coalesce(obj_description(to_regnamespace($1::text), 'pg_namespace'), '')", schema)
      .map([](const postgres::Rows& rows) { return rows[0].get<std::string>(0); });
}

Result<void> put_note(postgres::Transaction& transaction, std::string_view schema, std::string_view note) {
  // The statement takes no parameters.
  const auto statement = transaction.execute("select format('comment on schema %I is %L', $1::text, $2::text)", schema, note);
  return statement ? transaction.run_script((*statement)[0].get<std::string>(0)) : tl::unexpected(statement.error());
}

Result<Stage> stage_of(postgres::Transaction& transaction, std::string_view schema) {
  return transaction.execute(fmt::format("select stage from {}.schema_version", schema)).and_then([](const postgres::Rows& rows) {
    return parse_stage(rows[0].get<std::string_view>(0));
  });
}

Result<void> require_whole(postgres::Transaction& transaction, std::string_view schema) {
  const auto stage = stage_of(transaction, schema);
  if (!stage) return tl::unexpected(stage.error());
  if (*stage == Stage::whole) return {};
  return failure(FailureKind::conflict,
                 fmt::format("a rebuild has not filled schema {} to its end: run `ordo projections rebuild` again, it goes on", schema));
}

Result<void> create(postgres::Transaction& transaction, const ReadModelDefinition& model, std::string_view schema,
                    const SchemaClaim& claim) {
  // The tables' own SQL names no schema: they come to stand in this one.
  auto script = fmt::format("create schema if not exists {0}; set local search_path = {0};", schema);
  script += kRuntimeSchema;
  for (const auto sql : model.tables_sql) script += sql;
  return transaction.run_script(script)
      .and_then([&] {
        return transaction.execute(
            "insert into schema_version (version, fingerprint, claim, pulse) values ($1::bigint, $2::uuid, $3::uuid, $4::bigint)",
            model.version, fingerprint_of(model), claim.id, claim.pulse);
      })
      .and_then([&](const postgres::Rows&) { return postgres::grant(transaction, schema, kSchemaRights); });
}

Result<void> grant_rights(postgres::Connection& connection) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto locked = lock_schemas(*transaction); !locked) return locked;
  for (const auto schema : {kServing, kBuilding, kPrevious}) {
    const auto there = is_there(*transaction, schema);
    if (!there) return tl::unexpected(there.error());
    if (!*there) continue;
    if (auto granted = postgres::grant(*transaction, schema, kSchemaRights); !granted) return granted;
  }
  return transaction->commit();
}

Result<void> create_if_missing(postgres::Connection& connection, const ReadModelDefinition& model, std::string_view schema) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto locked = lock_schemas(*transaction); !locked) return locked;
  const auto there = is_made(*transaction, schema);
  if (!there) return tl::unexpected(there.error());
  if (*there) return {};
  return create(*transaction, model, schema, {random_uuid(), std::nullopt}).and_then([&] { return transaction->commit(); });
}

Result<SchemaMark> hold_schema(postgres::Transaction& transaction, const ReadModelDefinition& model, std::string_view schema) {
  const auto there = is_made(transaction, schema);
  if (!there) return tl::unexpected(there.error());
  if (!*there) return failure(FailureKind::corrupt, fmt::format("there are no tables of the read model in schema {}: run `ordo setup`", schema));
  // Against this lock a swap waits, and behind a swap's it waits itself and then finds the new tables.
  auto held = transaction.run_script(fmt::format("lock table {}.checkpoints in row exclusive mode", schema));
  if (!held) return tl::unexpected(held.error());
  const auto made = transaction.execute(fmt::format("select version, fingerprint from {}.schema_version", schema));
  if (!made) return tl::unexpected(made.error());
  const auto version = made->empty() ? 0 : (*made)[0].get<std::int64_t>(0);
  if (version != model.version || (*made)[0].get<IdBytes>(1) != fingerprint_of(model)) {
    return failure(FailureKind::corrupt,
                   fmt::format("the read model in schema {} was made by another version ({}, this program makes version {}): run "
                               "`ordo projections rebuild`, it goes on serving meanwhile",
                               schema, version, model.version));
  }
  // Only now: the tables of other versions need not have them.
  return transaction.execute(fmt::format("select claim, stage from {}.schema_version", schema)).and_then([&](const postgres::Rows& rows) {
    return parse_stage(rows[0].get<std::string_view>(1)).map([&](Stage stage) {
      return SchemaMark{version, fingerprint_of(model), rows[0].get<IdBytes>(0), stage};
    });
  });
}

Result<void> drop(postgres::Transaction& transaction, std::string_view schema) {
  return transaction.run_script(fmt::format("drop schema if exists {} cascade", schema));
}

// A lane moves its checkpoint first in each transaction. Nobody waits long: behind a lock that is waited for, live lanes would wait too.
Result<void> hold_lanes(postgres::Transaction& transaction, std::string_view schema) {
  return transaction.run_script(fmt::format("set local lock_timeout = '2s'; lock table {}.checkpoints in exclusive mode", schema));
}

Result<void> draw_claim(postgres::Transaction& transaction, std::string_view schema) {
  return transaction.execute(fmt::format("update {}.schema_version set claim = $1::uuid", schema), random_uuid())
      .map([](const postgres::Rows&) {});
}

}  // namespace ordo::projections
