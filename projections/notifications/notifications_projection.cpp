#include "projections/notifications/notifications_projection.hpp"

#include "events/parking/events.hpp"
#include "projections/notifications/notification_rows.hpp"
#include "projections/notifications/schema_sql.hpp"
#include "projections/orders/timeline_rows.hpp"

namespace ordo::projections {
namespace {

class NotificationsProjection final : public Projection {
 public:
  explicit NotificationsProjection(std::string_view schema) : letters_(schema), timeline_(schema) {}

  Result<void> add(const log::StreamPosition& at, const log::Event& event) override {
    if (parking::is_parking(event.payload)) return {};
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
    return letters_.write(transaction).and_then([&] { return timeline_.write(transaction); });
  }

  void clear() override {
    letters_.clear();
    timeline_.clear();
  }

 private:
  NotificationRows letters_;
  TimelineRows timeline_;
};

}  // namespace

LaneDefinition notifications_lane() {
  return {"notifications", {log::StreamKind::notifications}, [](const std::string& schema) {
            return std::make_unique<NotificationsProjection>(schema);
          }};
}

std::string_view notifications_tables() { return kNotificationsSchema; }

}  // namespace ordo::projections
