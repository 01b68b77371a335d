#include "tests/simulation/owner.hpp"

namespace ordo::simulation {

std::string_view text(Role role) {
  switch (role) {
    case Role::orders: return "orders";
    case Role::billing: return "billing";
    case Role::notifications: return "notifications";
  }
  return "nobody";
}

log::StreamName output_of(Role role) {
  switch (role) {
    case Role::orders: return {log::StreamKind::orders, kPartition};
    case Role::billing: return {log::StreamKind::billing, kPartition};
    case Role::notifications: return {log::StreamKind::notifications, kPartition};
  }
  return {};
}

}  // namespace ordo::simulation
