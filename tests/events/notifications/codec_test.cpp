#include <catch2/catch.hpp>

#include "events/notifications/events.hpp"
#include "events/notifications/v1/notifications.pb.h"
#include "tests/events/payloads.hpp"
#include "tests/golden/golden.hpp"

namespace ordo::notifications {
namespace {

NotificationSent sent() {
  return {id_of<NotificationId>(5), id_of<OrderId>(1), id_of<UserId>(2), Channel::email, Kind::happiness, Locale::russian, 1, 2};
}

NotificationFailed failed() {
  return {id_of<NotificationId>(5), id_of<OrderId>(1),
          id_of<UserId>(2),         Channel::email,
          Kind::grief,              3,
          "the mail server cannot be reached", Timestamp{1'767'225'600'123},
          {17, 4}};
}

NotificationFailed given_up() {
  auto event = failed();
  event.next_attempt.reset();
  return event;
}

template <class Message, class Change>
void require_damaged_by(const std::string& field, const Event& event, Change change) {
  const auto decoded = decode(changed<Message>(encode(event), change));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
  CHECK_THAT(decoded.error().text, Catch::EndsWith("has no valid " + field));
}

}  // namespace

TEST_CASE("the events of notifications of version 1 read and write as they always did") {
  const auto [event, variant] = GENERATE(table<Event, std::string>(
      {{sent(), ""}, {failed(), ".retry"}, {given_up(), ".given_up"}}));
  const auto stored = golden::payload("notifications", encode(event), variant);
  CHECK(encode(event) == stored);
  CHECK(decode(stored) == event);
  CHECK(decode(with_unknown_field(stored)) == event);
}

TEST_CASE("a notification event type that nobody knows is refused by name") {
  const auto decoded = decode({"NotificationRead.v1", ""});
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
  CHECK_THAT(decoded.error().text, Catch::Contains("NotificationRead.v1"));
}

TEST_CASE("a notification event without what its struct promises is refused, and the field is named") {
  using Sent = v1::NotificationSent;
  require_damaged_by<Sent>("notification_id", sent(), [](auto& message) { message.clear_notification_id(); });
  require_damaged_by<Sent>("order_id", sent(), [](auto& message) { message.set_order_id("short"); });
  require_damaged_by<Sent>("user_id", sent(), [](auto& message) { message.clear_user_id(); });
  require_damaged_by<Sent>("channel", sent(), [](auto& message) { message.clear_channel(); });
  require_damaged_by<Sent>("kind", sent(), [](auto& message) { message.set_kind(static_cast<v1::Kind>(99)); });
  require_damaged_by<Sent>("locale", sent(), [](auto& message) { message.set_locale("ru-RU"); });
  using Failed = v1::NotificationFailed;
  require_damaged_by<Failed>("kind", failed(), [](auto& message) { message.clear_kind(); });
  require_damaged_by<Failed>("next_attempt", failed(), [](auto& message) { message.set_next_attempt_unix_ms(-1); });
  require_damaged_by<Failed>("order_update", failed(), [](auto& message) { message.clear_order_update_sequence(); });
}

TEST_CASE("every notification event that can be written is read as it was") {
  CHECK(rc::check("a round trip changes nothing", [] {
    const auto notification = *any::id<NotificationId>();
    const auto order = *any::id<OrderId>();
    const auto user = *any::id<UserId>();
    const auto kind = *rc::gen::element(Kind::happiness, Kind::grief, Kind::cancellation, Kind::refund);
    const auto locale = *rc::gen::element(Locale::english, Locale::russian);
    const auto number = *rc::gen::arbitrary<std::uint32_t>();
    const auto reason = *any::text(0, 40);
    const Timestamp next_attempt{*any::between(1, 4'102'444'800'000)};
    const log::Position update{*rc::gen::positive<std::uint64_t>(), number};
    for (const Event& event : {
             Event(NotificationSent{notification, order, user, Channel::email, kind, locale, number, number}),
             Event(NotificationFailed{notification, order, user, Channel::email, kind, number, reason, next_attempt, update}),
             Event(NotificationFailed{notification, order, user, Channel::email, kind, number, "", std::nullopt, update}),
         }) {
      RC_ASSERT(decode(encode(event)) == event);
    }
  }));
}

TEST_CASE("bytes of any kind are decoded or refused, never more than that") {
  CHECK(rc::check("decoding noise ends", [](const std::string& noise) {
    for (const auto* type : {"NotificationSent.v1", "NotificationFailed.v1"}) {
      if (const auto decoded = decode({type, noise}); decoded) (void)encode(*decoded);
    }
  }));
}

}  // namespace ordo::notifications
