#include "projections/runtime/overview.hpp"

#include <thread>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

// A rebuild counts its pulse on once a second.
constexpr std::chrono::milliseconds kPulseMax{2'500};
constexpr std::chrono::milliseconds kLookAgain{50};

constexpr std::string_view kSizes =
    "select coalesce(sum(greatest(n_live_tup, 0)), 0)::bigint, coalesce(sum(pg_total_relation_size(relid)), 0)::bigint "
    "from pg_stat_user_tables where schemaname = $1::text";

Result<std::optional<SchemaState>> look(postgres::Transaction& transaction, const ReadModelDefinition& model, std::string_view schema) {
  const auto made = transaction.execute("select to_regclass($1::text) is not null", fmt::format("{}.schema_version", schema));
  if (!made) return tl::unexpected(made.error());
  if (!(*made)[0].get<bool>(0)) return std::nullopt;
  SchemaState state{.name = std::string(schema)};
  const auto version = transaction.execute(fmt::format("select version from {}.schema_version", schema));
  const auto sizes = transaction.execute(kSizes, schema);
  const auto note = note_on(transaction, schema);
  const auto claim = claim_of(transaction, schema);
  if (!version || !sizes || !note || !claim) {
    return tl::unexpected(!version ? version.error() : !sizes ? sizes.error() : !note ? note.error() : claim.error());
  }
  state.version = version->empty() ? 0 : (*version)[0].get<std::int64_t>(0);
  state.rows = static_cast<std::uint64_t>((*sizes)[0].get<std::int64_t>(0));
  state.bytes = static_cast<std::uint64_t>((*sizes)[0].get<std::int64_t>(1));
  state.note = *note;
  if (*claim && (*claim)->pulse) state.building = Building::silent;
  const auto fits = *claim ? is_of_this_version(transaction, model, schema) : Result<bool>(false);
  if (!fits) return tl::unexpected(fits.error());
  state.fits = *fits;
  return read_all_checkpoints(transaction, schema).map([&](std::map<std::string, Reached> reached) {
    state.reached = std::move(reached);
    return std::optional(std::move(state));
  });
}

Result<std::optional<SchemaClaim>> claim_now(postgres::Connection& connection) {
  auto transaction = connection.begin();
  return transaction ? claim_of(*transaction, kBuilding) : tl::unexpected(transaction.error());
}

Result<bool> shows_life(postgres::Connection& connection) {
  const auto first = claim_now(connection);
  const auto end = std::chrono::steady_clock::now() + kPulseMax;
  for (auto now = first; now; now = claim_now(connection)) {
    if (*now != *first) return true;
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return failure(FailureKind::unavailable, "Postgres was lost");
}

}  // namespace

Result<std::vector<SchemaState>> schema_states(postgres::Connection& connection, const ReadModelDefinition& model) {
  std::vector<SchemaState> states;
  {
    auto transaction = connection.begin({.isolation = postgres::Isolation::repeatable_read});
    if (!transaction) return tl::unexpected(transaction.error());
    for (const auto schema : {kServing, kBuilding, kPrevious}) {
      auto state = look(*transaction, model, schema);
      if (!state) return tl::unexpected(state.error());
      if (*state) states.push_back(std::move(**state));
    }
  }
  for (auto& state : states) {
    if (state.building == Building::nobody) continue;
    const auto lives = shows_life(connection);
    if (!lives) return tl::unexpected(lives.error());
    if (*lives) state.building = Building::lives;
  }
  return states;
}

}  // namespace ordo::projections
