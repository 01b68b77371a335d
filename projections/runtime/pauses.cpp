#include "projections/runtime/pauses.hpp"

#include <array>

#include "projections/runtime/embedded_sql.hpp"
#include "projections/runtime/schema.hpp"
#include "query-side/postgres/migrations.hpp"
#include "query-side/postgres/rights.hpp"

namespace ordo::projections {
namespace {

constexpr std::string_view kSchema = "read_control";
constexpr std::array kRights{postgres::UserRight{"ordo_projections", postgres::Right::reads}};

// Nobody has ever held a lane where there is no table.
Result<bool> is_there(postgres::Connection& connection) {
  return connection.execute("select to_regclass('read_control.pauses') is not null").map([](const postgres::Rows& rows) {
    return rows[0].get<bool>(0);
  });
}

std::vector<std::string> names_of(const postgres::Rows& rows) {
  std::vector<std::string> names;
  for (const auto row : rows) names.push_back(row.get<std::string>(0));
  return names;
}

}  // namespace

Result<void> set_up_pauses(postgres::Connection& connection) {
  if (auto made = postgres::migrate(connection, kSchema, projections_runtime::kEmbeddedSql); !made) return tl::unexpected(made.error());
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return postgres::grant(*transaction, kSchema, kRights).and_then([&] { return transaction->commit(); });
}

Result<std::vector<Pause>> pauses(postgres::Connection& connection) {
  const auto there = is_there(connection);
  if (!there) return tl::unexpected(there.error());
  if (!*there) return std::vector<Pause>{};
  return connection.execute("select lane, paused_at, paused_by, reason from read_control.pauses order by lane")
      .map([](const postgres::Rows& rows) {
        std::vector<Pause> pauses;
        for (const auto row : rows) {
          pauses.push_back({row.get<std::string>(0), row.get<Timestamp>(1), row.get<std::string>(2), row.get<std::string>(3)});
        }
        return pauses;
      });
}

Result<bool> is_paused(postgres::Connection& connection, std::string_view lane) {
  const auto there = is_there(connection);
  if (!there || !*there) return there;
  return connection.execute("select exists (select from read_control.pauses where lane = $1::text)", lane)
      .map([](const postgres::Rows& rows) { return rows[0].get<bool>(0); });
}

// A lane writes only under the claim that it opened its tables with: with another one drawn, all of them look again, and find the pause.
Result<std::vector<std::string>> pause(postgres::Connection& connection, const PauseOrder& order) {
  if (auto made = set_up_pauses(connection); !made) return tl::unexpected(made.error());
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  auto held = lock_schemas(*transaction).and_then([&] { return hold_lanes(*transaction, kServing); });
  if (!held) return tl::unexpected(held.error());
  const auto paused = transaction->execute(
      "insert into read_control.pauses (lane, paused_by, reason) select lane, $2::text, $3::text from unnest($1::text[]) as wanted(lane) "
      "on conflict do nothing returning lane", order.lanes, order.paused_by, order.reason);
  if (!paused) return tl::unexpected(paused.error());
  auto names = names_of(*paused);
  return draw_claim(*transaction, kServing).and_then([&] { return transaction->commit(); }).map([&] { return std::move(names); });
}

Result<std::vector<std::string>> resume(postgres::Connection& connection, const std::vector<std::string>& lanes) {
  const auto there = is_there(connection);
  if (!there) return tl::unexpected(there.error());
  if (!*there) return std::vector<std::string>{};
  return connection.execute("delete from read_control.pauses where lane = any($1::text[]) returning lane", lanes).map(names_of);
}

}  // namespace ordo::projections
