#pragma once
// Purpose: the schemas that hold the read model, and what keeps a program off the tables of another version.
// Errors: corrupt for tables that another version made, and the text says what to do; otherwise as query-side/postgres.
// Threads: as the connection.

#include <array>
#include <optional>
#include <string_view>

#include "events/vocabulary/ids.hpp"
#include "projections/runtime/projection.hpp"
#include "query-side/postgres/rights.hpp"

namespace ordo::projections {

inline constexpr std::string_view kServing = "read";            // what readers ask and live lanes feed
inline constexpr std::string_view kBuilding = "read_next";      // what a rebuild fills
inline constexpr std::string_view kPrevious = "read_previous";  // what served before, kept for roll-back

// Of the bulk tables. Only whole ones may serve; a rebuild fills bare ones first, for that is so much faster.
enum class Stage : std::uint8_t {
  bare,       // no keys, no indexes: filled by COPY
  finishing,  // nobody writes to them; one after the other gets its keys
  whole,
};
[[nodiscard]] std::string_view text(Stage stage);

// What stands in a schema's `schema_version`: it tells which tables have the name now, for a swap gives it to others.
struct SchemaMark {
  std::int64_t version = 0;
  IdBytes fingerprint{};
  IdBytes claim{};
  Stage stage = Stage::whole;
};

// Whose tables they are: all live lanes share those of `read`; those of `read_next` are one rebuild's, and while it lives it counts
// the pulse on.
struct SchemaClaim {
  IdBytes id{};
  std::optional<std::int64_t> pulse;

  friend bool operator==(const SchemaClaim&, const SchemaClaim&) = default;
};

// What the roles may do with tables of the read model, whichever schema they stand in: a swap takes the rights along. Making, dropping and
// swapping tables is the owner's.
inline constexpr std::array kSchemaRights{postgres::UserRight{"ordo_gateway", postgres::Right::reads},
                                          postgres::UserRight{"ordo_projections", postgres::Right::writes}};
// Grants them in all schemas that are there, for those that an earlier version made. New ones have them from the start.
[[nodiscard]] Result<void> grant_rights(postgres::Connection& connection);

// What stands in tables that this version makes; the claim is nobody's.
[[nodiscard]] SchemaMark mark_of(const ReadModelDefinition& model);

// All that a schema consists of, its empty tables and their version, in one transaction; nothing when they are there already,
// of whatever version. Several programs may try at once.
[[nodiscard]] Result<void> create_if_missing(postgres::Connection& connection, const ReadModelDefinition& model,
                                             std::string_view schema);

// The mark of tables that this version may go on with; they stand under the schema's name until the transaction ends.
[[nodiscard]] Result<SchemaMark> hold_schema(postgres::Transaction& transaction, const ReadModelDefinition& model,
                                             std::string_view schema);

// Until the transaction ends, no other program creates, drops or swaps schemas. The functions below want it held.
[[nodiscard]] Result<void> lock_schemas(postgres::Transaction& transaction);

// Whether there is a schema of that name, whatever it holds.
[[nodiscard]] Result<bool> is_there(postgres::Transaction& transaction, std::string_view schema);

// Nothing when there is no such schema, or none with a claim: early versions made such.
[[nodiscard]] Result<std::optional<SchemaClaim>> claim_of(postgres::Transaction& transaction, std::string_view schema);

// Whether this version may go on with the tables. Requires: they have a claim.
[[nodiscard]] Result<bool> is_of_this_version(postgres::Transaction& transaction, const ReadModelDefinition& model,
                                              std::string_view schema);

// What the tables hold, where it is not simply all: for people, and for a rebuild that asks whether it may go on with them. It goes with
// the schema when that is renamed. Empty: all, or there is no such schema.
[[nodiscard]] Result<std::string> note_on(postgres::Transaction& transaction, std::string_view schema);
[[nodiscard]] Result<void> put_note(postgres::Transaction& transaction, std::string_view schema, std::string_view note);

// Requires: they are of this version.
[[nodiscard]] Result<Stage> stage_of(postgres::Transaction& transaction, std::string_view schema);
// Errors: conflict for those that are not whole.
[[nodiscard]] Result<void> require_whole(postgres::Transaction& transaction, std::string_view schema);

// Whole ones.
[[nodiscard]] Result<void> create(postgres::Transaction& transaction, const ReadModelDefinition& model, std::string_view schema,
                                  const SchemaClaim& claim);
[[nodiscard]] Result<void> drop(postgres::Transaction& transaction, std::string_view schema);

// No lane is in the middle of a transaction on these tables, and those that come wait until this one ends; for two seconds at most
// somebody who holds them for long is waited for.
[[nodiscard]] Result<void> hold_lanes(postgres::Transaction& transaction, std::string_view schema);

// Another claim: every lane that has opened the tables before is refused at its next write, and looks again.
[[nodiscard]] Result<void> draw_claim(postgres::Transaction& transaction, std::string_view schema);

}  // namespace ordo::projections
