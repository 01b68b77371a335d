#pragma once
// Purpose: takes keys and indexes from the bulk tables of a schema that a rebuild is about to fill, and gives them back when it is full.
//          What the tables lack stands beside them as statements until it is there again, so a rebuild that was killed goes on wherever
//          it was: one table is finished in one transaction.
// Errors: conflict when the schema is another rebuild's; as query-side/postgres refuses values (`is_refusal_of_values`) when a key
//         cannot be made, since two rows have it; otherwise as query-side/postgres.
// Threads: as the connection.

#include <string>
#include <vector>

#include "projections/runtime/schema.hpp"

namespace ordo::projections {

// Requires: the schema was created in this transaction.
[[nodiscard]] Result<void> make_bare(postgres::Transaction& transaction, const ReadModelDefinition& model, std::string_view schema);

// From here on nobody fills them.
[[nodiscard]] Result<void> begin_finishing(postgres::Connection& connection, std::string_view schema, const IdBytes& claim);

// Requires: finishing. Nothing when the table lacks nothing.
[[nodiscard]] Result<void> finish_table(postgres::Connection& connection, std::string_view schema, const IdBytes& claim,
                                        const BulkTable& table);

// Requires: every table is finished.
[[nodiscard]] Result<void> end_finishing(postgres::Connection& connection, std::string_view schema, const IdBytes& claim);

}  // namespace ordo::projections
