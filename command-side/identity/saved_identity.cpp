#include "command-side/identity/saved_identity.hpp"

#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "command-side/identity/saved_lines.hpp"
#include "command-side/identity/schema.hpp"

namespace ordo::identity {
namespace {

using log::archive::LineReader;
using log::archive::LineWriter;

using TakeRow = std::function<Result<void>(const SavedTable&, std::string_view row)>;

constexpr std::string_view kLockOutbox = "SET LOCAL lock_timeout = '15s'; LOCK TABLE identity.outbox IN SHARE MODE";

// Every row that is saved, in the order of its table's key.
Result<void> read_rows(postgres::Transaction& transaction, const TakeRow& take) {
  for (const auto& table : kSavedTables) {
    auto declared = transaction.run_script(fmt::format("DECLARE saved CURSOR FOR SELECT ({})::text FROM identity.{} AS t ORDER BY {}",
                                                       table.row, table.name, table.key));
    if (!declared) return declared;
    const auto fetch = fmt::format("FETCH {} FROM saved", kSavedRowsAtOnce);
    for (;;) {
      const auto rows = transaction.execute(fetch);
      if (!rows) return tl::unexpected(rows.error());
      for (const auto row : *rows) {
        if (auto taken = take(table, row.get<std::string_view>(0)); !taken) return taken;
      }
      if (rows->size() < static_cast<std::size_t>(kSavedRowsAtOnce)) break;
    }
    if (auto closed = transaction.run_script("CLOSE saved"); !closed) return closed;
  }
  return {};
}

Result<std::optional<int>> applied_version(postgres::Transaction& transaction) {
  const auto there = transaction.execute("SELECT to_regclass('identity.schema_migrations') IS NOT NULL");
  if (!there) return tl::unexpected(there.error());
  if (!(*there)[0].get<bool>(0)) return std::optional<int>();
  const auto version = transaction.execute("SELECT coalesce(max(version), 0) FROM identity.schema_migrations");
  if (!version) return tl::unexpected(version.error());
  return static_cast<int>((*version)[0].get<std::int64_t>(0));
}

Result<SavedSum> sum_of_tables(postgres::Transaction& transaction) {
  SavedSum sum;
  return read_rows(transaction, [&](const SavedTable& table, std::string_view row) -> Result<void> {
           sum.add(table, row);
           return {};
         }).map([&] { return std::move(sum); });
}

// Of this connection's tables; empty where there are none.
Result<SavedSum> sum_of_tables(postgres::Connection& connection) {
  auto transaction = connection.begin({.isolation = postgres::Isolation::repeatable_read});
  if (!transaction) return tl::unexpected(transaction.error());
  const auto version = applied_version(*transaction);
  if (!version) return tl::unexpected(version.error());
  return version->value_or(0) == 0 ? Result<SavedSum>(SavedSum()) : sum_of_tables(*transaction);
}

Result<void> write_rows(postgres::Transaction& transaction, LineWriter& lines) {
  SavedSum sum;
  return read_rows(transaction, [&](const SavedTable& table, std::string_view row) {
           sum.add(table, row);
           return lines.write(row_line(table, row));
         }).and_then([&] { return lines.write(end_line(std::move(sum))); });
}

// A transaction that sees what was there when nothing moved.
Result<void> rest(const postgres::ConnectionOptions& options, postgres::Transaction& snapshot, const std::function<Result<void>()>& at_rest) {
  auto connection = postgres::Connection::open(options);
  if (!connection) return tl::unexpected(connection.error());
  auto holding = connection->begin();
  if (!holding) return tl::unexpected(holding.error());
  if (auto locked = holding->run_script(kLockOutbox); !locked) return locked;
  if (auto seen = snapshot.run_script("SELECT 1 FROM identity.users LIMIT 1"); !seen) return seen;
  return at_rest();
}

// Fills one table's rows in, page by page.
class Filling {
 public:
  explicit Filling(postgres::Transaction& transaction) : transaction_(transaction) {}

  Result<void> add(const SavedTable& table, std::string_view row) {
    if (table_ != &table || count_ == kSavedRowsAtOnce) {
      if (auto written = flush(); !written) return written;
    }
    table_ = &table;
    page_ += count_++ == 0 ? '[' : ',';
    page_ += row;
    return {};
  }

  Result<void> flush() {
    if (count_ == 0) return {};
    page_ += ']';
    const auto filled = transaction_.execute(
        fmt::format("INSERT INTO identity.{0} OVERRIDING USER VALUE SELECT * FROM jsonb_populate_recordset(null::identity.{0}, "
                    "$1::text::jsonb)", table_->name), page_);
    page_.clear();
    count_ = 0;
    return filled.map([](const postgres::Rows&) {});
  }

 private:
  postgres::Transaction& transaction_;
  const SavedTable* table_ = nullptr;
  std::string page_;
  int count_ = 0;
};

Result<void> fill(postgres::Connection& connection, const std::string& path) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  Filling filling(*transaction);
  auto read = read_saved(path, [&](const SavedTable& table, std::string_view row) { return filling.add(table, row); });
  if (!read) return tl::unexpected(read.error());
  if (auto filled = filling.flush(); !filled) return filled;
  return transaction->commit();
}

Result<void> require_same(const SavedSum& found, const SavedSum& saved) {
  if (found == saved) return {};
  return failure(FailureKind::conflict, fmt::format("the database holds other users ({} rows) than the backup ({}); nothing was changed: "
                                                    "restore into an empty database", found.rows(), saved.rows()));
}

Result<SavedSum> sum_of_file(const std::string& path) {
  return read_saved(path, [](const SavedTable&, std::string_view) { return Result<void>(); }).map([](SavedFile file) { return file.sum; });
}

}  // namespace

Result<log::archive::FileDigest> save_identity(const postgres::ConnectionOptions& options, const std::string& path,
                                               const std::function<Result<void>()>& at_rest) {
  auto connection = postgres::Connection::open(options);
  if (!connection) return tl::unexpected(connection.error());
  auto snapshot = connection->begin({.isolation = postgres::Isolation::repeatable_read});
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (auto rested = rest(options, *snapshot, at_rest); !rested) return tl::unexpected(rested.error());
  const auto version = applied_version(*snapshot);
  if (!version) return tl::unexpected(version.error());
  auto lines = LineWriter::create(path, log::archive::compression_of(path));
  if (!lines) return tl::unexpected(lines.error());
  return lines->write(header_line(version->value_or(0)))
      .and_then([&] { return write_rows(*snapshot, *lines); })
      .and_then([&] { return lines->finish(); });
}

Result<void> check_saved_identity(const std::string& path) {
  return sum_of_file(path).map([](const SavedSum&) {});
}

Result<void> require_room_for_saved(postgres::Connection& connection, const std::string& path) {
  const auto found = sum_of_tables(connection);
  if (!found) return tl::unexpected(found.error());
  if (found->rows() == 0) return {};
  return sum_of_file(path).and_then([&](const SavedSum& saved) { return require_same(*found, saved); });
}

Result<void> restore_identity(postgres::Connection& connection, const std::string& path) {
  const auto file = read_saved(path, [](const SavedTable&, std::string_view) { return Result<void>(); });
  if (!file) return tl::unexpected(file.error());
  const auto before = sum_of_tables(connection);
  if (!before) return tl::unexpected(before.error());
  if (before->rows() > 0) return require_same(*before, file->sum).and_then([&] { return migrate_schema(connection).map([](int) {}); });
  if (auto made = migrate_schema_to(connection, file->schema_version); !made) return made;
  if (auto filled = fill(connection, path); !filled) return filled;
  const auto after = sum_of_tables(connection);
  if (!after) return tl::unexpected(after.error());
  return require_same(*after, file->sum).and_then([&] { return migrate_schema(connection).map([](int) {}); });
}

}  // namespace ordo::identity
