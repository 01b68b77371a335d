#include "tests/simulation/stranger.hpp"

#include <optional>
#include <utility>

namespace ordo::simulation {
namespace {

constexpr std::uint64_t kMessagesLookedAt = 20;

struct Said {
  log::Topic topic;
  log::Payload payload;
};

std::optional<Said> repeated_cancellation(Cluster& cluster, const Auditor& auditor, log::StreamName orders_stream) {
  auto sequence = cluster.bounds(orders_stream).last_sequence;
  for (auto left = std::min(sequence, kMessagesLookedAt); left > 0; --left, --sequence) {
    const auto run = *log::decode_run(cluster.get(orders_stream, sequence).payload);
    for (const auto& event : run.events) {
      if (parking::is_parking(event.payload)) continue;
      const auto decoded = *orders::decode(event.payload);
      const auto* update = std::get_if<orders::OrderUpdateMessage>(&decoded);
      if (update == nullptr || update->status != orders::Status::cancelled) continue;
      if (auditor.orders().at(update->purchase.order_id).status != orders::Status::cancelled) continue;
      return Said{log::Topic::order_update, event.payload};
    }
  }
  return std::nullopt;
}

std::optional<Said> something_for(Cluster& cluster, const Auditor& auditor, log::StreamName stream) {
  auto& random = cluster.random();
  switch (stream.kind) {
    case log::StreamKind::orders: return repeated_cancellation(cluster, auditor, stream);
    case log::StreamKind::billing:
      return Said{log::Topic::billing_account, billing::encode(billing::AccountOpened{random.id<UserId>(), *Currency::parse("EUR")})};
    case log::StreamKind::notifications: {
      const notifications::NotificationSent letter{random.id<NotificationId>(), random.id<OrderId>(), random.id<UserId>()};
      return Said{log::Topic::notification_sent, notifications::encode(letter)};
    }
    default: return std::nullopt;
  }
}

}  // namespace

void append_as_stranger(Cluster& cluster, const Auditor& auditor, log::StreamName stream) {
  auto said = something_for(cluster, auditor, stream);
  if (!said || cluster.down) return;
  log::Run run;
  if (!cluster.random().one_in(4)) {
    run.events.push_back({cluster.random().id<EventId>(), std::move(said->payload), std::nullopt, {"stranger", "", {}},
                          {cluster.timeline().now_ms()}, {}});
  }
  std::ignore = cluster.store({stream, log::subject(said->topic, stream.partition), log::encode_run(run), std::nullopt});
  cluster.count(Occurrence::foreign_append);
}

}  // namespace ordo::simulation
