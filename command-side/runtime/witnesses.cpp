#include "command-side/runtime/witnesses.hpp"

#include <array>

#include "events/log/event.hpp"

namespace ordo::runtime {
namespace {

using log::StreamKind;

constexpr std::array kUponOrders{StreamKind::billing, StreamKind::notifications};
constexpr std::array kUponBilling{StreamKind::orders};

Result<std::uint64_t> decided_by(log::EventLog& log, log::StreamName witness, StreamKind stream) {
  const auto bounds = log.bounds(witness);
  if (!bounds) return tl::unexpected(bounds.error());
  auto sequence = bounds->last_sequence;
  for (int looked_at = 0; looked_at < kStrangersMax && sequence >= bounds->first_sequence; ++looked_at, --sequence) {
    const auto message = log.get(witness, sequence);
    if (!message) return tl::unexpected(message.error());
    const auto run = log::decode_run(message->payload);
    if (!run) continue;
    if (const auto decided = run->checkpoints.find(stream); decided != run->checkpoints.end()) return decided->second.sequence;
  }
  return 0;
}

}  // namespace

std::span<const StreamKind> deciders_upon(StreamKind stream) {
  if (stream == StreamKind::orders) return kUponOrders;
  if (stream == StreamKind::billing) return kUponBilling;
  return {};
}

Result<Testimony> furthest_testimony(log::EventLog& log, log::StreamName stream) {
  Testimony furthest;
  for (const auto kind : deciders_upon(stream.kind)) {
    const log::StreamName witness{kind, stream.partition};
    const auto decided = decided_by(log, witness, stream.kind);
    if (!decided) return tl::unexpected(decided.error());
    if (*decided > furthest.sequence) furthest = {witness, *decided};
  }
  return furthest;
}

}  // namespace ordo::runtime
