#include "tests/simulation/operator.hpp"

#include <iterator>
#include <tuple>

namespace ordo::simulation {
namespace {

void store(Cluster& cluster, log::StreamName stream, log::Topic topic, log::Payload payload, const log::Key& key) {
  const log::Event event{cluster.random().id<EventId>(), std::move(payload), std::nullopt, {"operator", "", {}, key},
                         {cluster.timeline().now_ms()}, {}};
  std::ignore = cluster.store({stream, log::subject(topic, stream.partition), log::encode_run({{}, {event}, {}}), std::nullopt});
}

}  // namespace

void append_broken_command(Cluster& cluster, const Auditor& auditor, log::Partition partition) {
  if (cluster.down || auditor.orders().empty()) return;
  auto& random = cluster.random();
  const auto any = std::next(auditor.orders().begin(), random.below(static_cast<std::int64_t>(auditor.orders().size())));
  const auto& purchase = any->second.purchase;
  const log::Key key{purchase.user_id, random.one_in(4) ? std::nullopt : std::optional(purchase.order_id)};
  store(cluster, {log::StreamKind::commands, partition}, log::Topic::order_cancel, {"OrderCancelRequested.v9", "broken"}, key);
  cluster.count(Occurrence::broken_command);
}

bool release_parked(Cluster& cluster, const Auditor& auditor, log::Partition partition, parking::Discard discard) {
  if (cluster.down) return !auditor.parked().empty();
  for (const auto& [place, inputs] : auditor.parked()) {
    const auto& [context, key] = place;
    const parking::ReleaseRequested request{context, key, discard, "operator", "simulated", inputs.front()};
    store(cluster, {log::StreamKind::operations, partition}, log::Topic::parked_operation, encode(request), key);
    cluster.count(discard == parking::Discard::none ? Occurrence::parked_retried : Occurrence::parked_discarded);
  }
  return !auditor.parked().empty();
}

}  // namespace ordo::simulation
