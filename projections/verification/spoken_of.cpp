#include "projections/verification/spoken_of.hpp"

namespace ordo::projections {
namespace {

Result<SpokenOf> of_command(const log::Payload& payload) {
  const auto order = orders::decode_command(payload);
  if (!order) return tl::unexpected(order.error());
  if (*order) return spoken_of(**order);
  const auto billed = billing::decode_command(payload);
  if (!billed) return tl::unexpected(billed.error());
  if (*billed) return spoken_of(**billed);
  return failure(FailureKind::corrupt, "a command that is meant for nobody: " + payload.type);
}

}  // namespace

Result<SpokenOf> spoken_of(log::StreamKind stream, const log::Payload& payload) {
  const auto speak = [](const auto& said) { return spoken_of(said); };
  if (parking::is_parking(payload)) return parking::decode(payload).map(speak);
  switch (stream) {
    case log::StreamKind::commands: return of_command(payload);
    case log::StreamKind::users: return identity::decode(payload).map(speak);
    case log::StreamKind::orders: return orders::decode(payload).map(speak);
    case log::StreamKind::billing: return billing::decode(payload).map(speak);
    case log::StreamKind::notifications: return notifications::decode(payload).map(speak);
    case log::StreamKind::operations: return parking::decode_request(payload).map(speak);
    case log::StreamKind::parked:
    case log::StreamKind::audit: break;
  }
  return failure(FailureKind::corrupt, "a stream that is unknown");
}

}  // namespace ordo::projections
