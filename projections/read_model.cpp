#include "projections/read_model.hpp"

#include <fmt/format.h>

#include "projections/balances/balances_projection.hpp"
#include "projections/notifications/notifications_projection.hpp"
#include "projections/orders/orders_projection.hpp"
#include "projections/parking/parked_key_rows.hpp"
#include "projections/runtime/pauses.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::projections {

namespace {

std::vector<BulkTable> all_bulk_tables() {
  std::vector<BulkTable> tables;
  for (const auto& some : {orders_bulk_tables(), balances_bulk_tables(), notifications_bulk_tables()}) {
    tables.insert(tables.end(), some.begin(), some.end());
  }
  return tables;
}

}  // namespace

const ReadModelDefinition& read_model() {
  static const ReadModelDefinition model{
      .version = 5,
      .tables_sql = {orders_tables(), balances_tables(), notifications_tables(), parking_tables()},
      .lanes = {orders_lane(), balances_lane(), notifications_lane()},
      .bulk_tables = all_bulk_tables(),
  };
  return model;
}

Result<void> set_up_read_model(postgres::Connection& connection) {
  return create_if_missing(connection, read_model(), kServing).and_then([&] { return set_up_pauses(connection); }).and_then([&] {
    return grant_rights(connection);
  });
}

Result<bool> has_read_something(postgres::Connection& connection) {
  for (const auto schema : {kServing, kBuilding, kPrevious}) {
    const auto there = connection.execute("select to_regclass($1::text) is not null", fmt::format("{}.checkpoints", schema));
    if (!there) return tl::unexpected(there.error());
    if (!(*there)[0].get<bool>(0)) continue;
    const auto read = connection.execute(fmt::format("select exists(select from {}.checkpoints where sequence > 0)", schema));
    if (!read) return tl::unexpected(read.error());
    if ((*read)[0].get<bool>(0)) return true;
  }
  return false;
}

}  // namespace ordo::projections
