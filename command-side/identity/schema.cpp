#include "command-side/identity/schema.hpp"

#include <span>

#include "command-side/identity/embedded_sql.hpp"

namespace ordo::identity {

Result<int> migrate_schema(postgres::Connection& connection) {
  return postgres::migrate(connection, "identity", command_side_identity::kEmbeddedSql);
}

Result<void> grant_rights(postgres::Connection& connection) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return postgres::grant(*transaction, "identity", kSchemaRights).and_then([&] { return transaction->commit(); });
}

Result<void> require_schema(postgres::Connection& connection) {
  return postgres::require_migrated(connection, "identity", command_side_identity::kEmbeddedSql);
}

Result<void> migrate_schema_to(postgres::Connection& connection, int version) {
  const auto there = connection.execute("SELECT to_regclass('identity.users') IS NOT NULL");
  if (!there) return tl::unexpected(there.error());
  if ((*there)[0].get<bool>(0)) return {};
  const auto until = std::span(command_side_identity::kEmbeddedSql).first(static_cast<std::size_t>(version));
  return postgres::migrate(connection, "identity", until).map([](int) {});
}

int newest_schema_version() { return static_cast<int>(command_side_identity::kEmbeddedSql.size()); }

}  // namespace ordo::identity
