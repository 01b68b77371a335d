#include "query-side/notifications/notifications.hpp"

#include "query-side/parking/degraded.hpp"

namespace ordo::notifications {
namespace {

constexpr std::string_view kList =
    "select n.notification_id, n.order_id, n.user_id, n.channel, n.kind, n.locale, n.template_version, n.state, n.attempts, "
    "n.reason, n.next_attempt_at, n.sent_at, n.created_at, n.correlation_id, o.items::text, o.total, o.currency, "
    "o.payment_operation_id, o.cancel_reason "
    "from (select * from read.notifications "
    "where user_id = $1::uuid and (created_at, notification_id) < (coalesce($2::timestamptz, 'infinity'), $3::uuid) "
    "order by created_at desc, notification_id desc limit $4::bigint offset $5::bigint) n "
    "left join read.orders o on o.order_id = n.order_id order by n.created_at desc, n.notification_id desc";

std::optional<std::uint32_t> small_number_at(const postgres::Row& row, int column) {
  const auto number = row.get<std::optional<std::int64_t>>(column);
  return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

LetterOrder to_order(const postgres::Row& row) {
  return {row.get<std::string>(14),
          {row.get<std::int64_t>(15), Currency::parse(row.get<std::string_view>(16)).value_or(Currency{})},
          row.get<std::optional<OperationId>>(17),
          row.get<std::optional<std::string>>(18)};
}

NotificationView to_view(const postgres::Row& row) {
  NotificationView view;
  view.notification_id = row.get<NotificationId>(0);
  view.order_id = row.get<OrderId>(1);
  view.user_id = row.get<UserId>(2);
  view.channel = row.get<std::string>(3);
  view.kind = row.get<std::string>(4);
  view.locale = row.get<std::optional<std::string>>(5);
  view.template_version = small_number_at(row, 6);
  view.state = row.get<std::string>(7);
  view.attempts = static_cast<std::uint32_t>(row.get<std::int64_t>(8));
  view.reason = row.get<std::optional<std::string>>(9);
  view.next_attempt_at = row.get<std::optional<Timestamp>>(10);
  view.sent_at = row.get<std::optional<Timestamp>>(11);
  view.created_at = row.get<Timestamp>(12);
  view.correlation_id = row.get<std::string>(13);
  if (!row.is_null(14)) view.order = to_order(row);
  return view;
}

}  // namespace

Result<NotificationPage> list_notifications(postgres::Pool& pool, UserId user, std::size_t limit,
                                            const std::optional<NotificationKey>& after, std::size_t offset) {
  const auto degraded = parking::are_letters_degraded(pool, user);  // first: a repair in between shows too much, and never too little
  if (!degraded) return tl::unexpected(degraded.error());
  const auto created_at = after ? std::optional(after->created_at) : std::nullopt;
  const auto notification_id = after ? after->notification_id : NotificationId{};
  const auto rows = pool.execute(kList, user, created_at, notification_id, limit + 1, offset);
  if (!rows) return tl::unexpected(rows.error());
  NotificationPage page;
  page.degraded = *degraded;
  for (const auto row : *rows) {
    if (page.notifications.size() == limit) {
      if (limit > 0) page.next = NotificationKey{page.notifications.back().created_at, page.notifications.back().notification_id};
      break;
    }
    page.notifications.push_back(to_view(row));
  }
  return page;
}

}  // namespace ordo::notifications
