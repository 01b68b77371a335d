#include "projections/read_model.hpp"

#include "projections/balances/balances_projection.hpp"
#include "projections/notifications/notifications_projection.hpp"
#include "projections/orders/orders_projection.hpp"
#include "projections/parking/parked_key_rows.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::projections {

const ReadModelDefinition& read_model() {
  static const ReadModelDefinition model{
      .version = 3,
      .tables_sql = {orders_tables(), balances_tables(), notifications_tables(), parking_tables()},
      .lanes = {orders_lane(), balances_lane(), notifications_lane()},
  };
  return model;
}

Result<void> set_up_read_model(postgres::Connection& connection) {
  return create_if_missing(connection, read_model(), kServing);
}

}  // namespace ordo::projections
