#include "query-side/postgres/migrations.hpp"

#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>

namespace ordo::postgres {
namespace {

struct Applied {
  std::int64_t version;
  std::string name;
  std::string checksum;
};

std::string checksum(std::string_view sql) {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(sql.data()), sql.size(), nullptr, 0);
  std::string text;
  for (const auto byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

// The lock lasts until the transaction ends, so a lost connection frees it.
Result<void> lock_schema(Transaction& transaction, std::string_view schema) {
  const auto locked = transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))::text",
                                          fmt::format("ordo migrations of {}", schema));
  if (!locked) return tl::unexpected(locked.error());
  return transaction.run_script(fmt::format(
      "CREATE SCHEMA IF NOT EXISTS {0}; SET LOCAL search_path = {0}; CREATE TABLE IF NOT EXISTS schema_migrations ("
      "version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
      schema));
}

Result<std::vector<Applied>> read_applied(Transaction& transaction, std::string_view schema) {
  const auto rows = transaction.execute(fmt::format("SELECT version, name, checksum FROM {}.schema_migrations ORDER BY version", schema));
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Applied> applied;
  for (const auto row : *rows) {
    applied.push_back({row.get<std::int64_t>(0), row.get<std::string>(1), row.get<std::string>(2)});
  }
  return applied;
}

Result<void> compare(std::string_view schema, const std::vector<Applied>& applied, std::span<const Migration> known) {
  if (applied.size() > known.size()) {
    return failure(FailureKind::corrupt,
                   fmt::format("schema {} is at version {}, this program knows only {}: run the newer program that made it",
                               schema, applied.back().version, known.size()));
  }
  for (std::size_t index = 0; index < applied.size(); ++index) {
    if (applied[index].checksum == checksum(known[index].sql)) continue;
    return failure(FailureKind::corrupt,
                   fmt::format("migration {} ({}) of schema {} was changed after it had been applied as \"{}\": restore its file and put the "
                               "change into a new migration",
                               known[index].version, known[index].name, schema, applied[index].name));
  }
  return {};
}

Result<void> apply(Transaction& transaction, std::string_view schema, const Migration& next) {
  return transaction.run_script(next.sql)
      .and_then([&] {
        return transaction.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES ($1::bigint, $2::text, $3::text)",
                                   next.version, next.name, checksum(next.sql));
      })
      .and_then([&](const Rows&) { return transaction.commit(); })
      .map_error([&](Failure reason) {
        reason.text = fmt::format("migration {} ({}) of schema {}: {}", next.version, next.name, schema, reason.text);
        return reason;
      });
}

// Applies the first migration that is missing, if any; answers how many are applied now and whether it did something.
struct Step {
  std::size_t applied;
  bool moved;
};

Result<Step> step(Connection& connection, std::string_view schema, std::span<const Migration> migrations) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto locked = lock_schema(*transaction, schema); !locked) return tl::unexpected(locked.error());
  const auto applied = read_applied(*transaction, schema);
  if (!applied) return tl::unexpected(applied.error());
  if (auto same = compare(schema, *applied, migrations); !same) return tl::unexpected(same.error());
  if (applied->size() == migrations.size()) {
    return transaction->commit().map([&] { return Step{applied->size(), false}; });
  }
  const auto& next = migrations[applied->size()];
  return apply(*transaction, schema, next).map([&] {
    spdlog::info("schema {}: migration {} ({}) applied", schema, next.version, next.name);
    return Step{applied->size() + 1, true};
  });
}

bool numbered_without_gaps(std::span<const Migration> migrations) {
  for (std::size_t index = 0; index < migrations.size(); ++index) {
    if (migrations[index].version != static_cast<int>(index) + 1) return false;
  }
  return true;
}

}  // namespace

Result<int> migrate(Connection& connection, std::string_view schema, std::span<const Migration> migrations) {
  if (!numbered_without_gaps(migrations)) {
    return failure(FailureKind::corrupt, fmt::format("the migrations of schema {} are not numbered 1, 2, 3, …", schema));
  }
  for (int count = 0;; ++count) {
    const auto done = step(connection, schema, migrations);
    if (!done) return tl::unexpected(done.error());
    if (!done->moved) return count;
  }
}

Result<void> require_migrated(Connection& connection, std::string_view schema, std::span<const Migration> migrations) {
  const auto there = connection.execute("SELECT to_regclass($1::text) IS NOT NULL", fmt::format("{}.schema_migrations", schema));
  if (!there) return tl::unexpected(there.error());
  if (!(*there)[0].get<bool>(0)) return failure(FailureKind::corrupt, fmt::format("there is no schema {}: run `ordo setup`", schema));
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  const auto applied = read_applied(*transaction, schema);
  if (!applied) return tl::unexpected(applied.error());
  if (auto same = compare(schema, *applied, migrations); !same) return same;
  if (applied->size() == migrations.size()) return {};
  return failure(FailureKind::corrupt, fmt::format("schema {} is at version {}, this program needs {}: run `ordo setup`", schema,
                                                   applied->size(), migrations.size()));
}

}  // namespace ordo::postgres
