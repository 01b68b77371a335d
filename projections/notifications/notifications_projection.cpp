#include "projections/notifications/notifications_projection.hpp"

#include "projections/notifications/notification_rows.hpp"
#include "projections/notifications/schema_sql.hpp"
#include "projections/orders/timeline_rows.hpp"
#include "projections/parking/parked_key_rows.hpp"

namespace ordo::projections {
namespace {

// Only when the letter was first tried is not the last row's to say.
constexpr std::string_view kUnite = R"sql(
with parts as (
  delete from {0}.notifications as part using (
    select notification_id from {0}.notifications group by notification_id having count(*) > 1) as torn
  where part.notification_id = torn.notification_id
  returning part.*, age(part.xmin) as written_before)
insert into {0}.notifications (notification_id, order_id, user_id, channel, kind, locale, template_version, state, attempts, reason,
  next_attempt_at, sent_at, created_at, correlation_id)
select distinct on (notification_id) notification_id, order_id, user_id, channel, kind, locale, template_version, state, attempts, reason,
  next_attempt_at, sent_at, first_value(created_at) over (partition by notification_id order by written_before desc), correlation_id
from parts order by notification_id, written_before)sql";

class NotificationsProjection final : public Projection {
 public:
  explicit NotificationsProjection(std::string_view schema) : letters_(schema), timeline_(schema), parked_(schema, "notifications") {}

  Result<void> add(const log::StreamPosition& at, const log::Event& event) override {
    if (parking::is_parking(event.payload)) return add_parking(at, event);
    const auto decoded = notifications::decode(event.payload);
    if (!decoded) return tl::unexpected(decoded.error());
    std::visit(
        [&](const auto& said) {
          letters_.add(event, said);
          timeline_.add(at, event, said);
        },
        *decoded);
    return {};
  }

  Result<void> write(postgres::Transaction& transaction) override {
    return letters_.write(transaction)
        .and_then([&] { return timeline_.write(transaction); })
        .and_then([&] { return parked_.write(transaction); });
  }

  Result<void> copy(postgres::Transaction& transaction) override {
    return letters_.copy(transaction)
        .and_then([&] { return timeline_.write(transaction); })
        .and_then([&] { return parked_.write(transaction); });
  }

  void clear() override {
    letters_.clear();
    timeline_.clear();
    parked_.clear();
  }

 private:
  Result<void> add_parking(const log::StreamPosition& at, const log::Event& event) {
    const auto decoded = parking::decode(event.payload);
    if (!decoded) return tl::unexpected(decoded.error());
    parked_.add(*decoded, event.time);
    timeline_.add(at, event, *decoded);
    return {};
  }

  NotificationRows letters_;
  TimelineRows timeline_;
  ParkedKeyRows parked_;
};

}  // namespace

LaneDefinition notifications_lane() {
  return {"notifications",
          {log::StreamKind::notifications},
          [](const std::string& schema) { return std::make_unique<NotificationsProjection>(schema); },
          {{"notifications"}, {"order_timeline", "stream like 'NOTIFICATIONS-%'"}, {"parked_keys", "context = 'notifications'"}}};
}

std::string_view notifications_tables() { return kNotificationsSchema; }

std::vector<BulkTable> notifications_bulk_tables() { return {{"notifications", {}, std::string(kUnite)}}; }

}  // namespace ordo::projections
