#include "command-side/identity/schema.hpp"

#include "command-side/identity/embedded_sql.hpp"

namespace ordo::identity {

Result<int> migrate_schema(postgres::Connection& connection) {
  return postgres::migrate(connection, "identity", command_side_identity::kEmbeddedSql);
}

}  // namespace ordo::identity
