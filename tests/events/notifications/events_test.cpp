#include <catch2/catch.hpp>

#include "events/notifications/events.hpp"
#include "tests/events/payloads.hpp"

namespace ordo::notifications {

TEST_CASE("channel, kind and locale are spelled as clients know them") {
  CHECK(text(Channel::email) == "email");
  CHECK(text(Kind::happiness) == "letter_of_happiness");
  CHECK(text(Kind::grief) == "letter_of_grief");
  CHECK(text(Locale::english) == "en");
  CHECK(text(Locale::russian) == "ru");
}

TEST_CASE("a kind is read back from its spelling") {
  CHECK(parse_kind("letter_of_happiness") == Kind::happiness);
  CHECK(parse_kind("letter_of_grief") == Kind::grief);
  CHECK(parse_kind("letter_of_cancellation") == Kind::cancellation);
  CHECK(parse_kind("letter_of_refund") == Kind::refund);
  CHECK_FALSE(parse_kind("letter"));
  CHECK_FALSE(parse_kind(""));
}

TEST_CASE("Russian is spoken to those who ask for it, English to everybody else") {
  for (const auto* tag : {"ru", "RU", "ru-RU", "ru_RU.UTF-8", "Ru-Cyrl"}) CHECK(parse_locale(tag) == Locale::russian);
  for (const auto* tag : {"", "r", "en", "en-RU", "de", "rue", "rup-MK", "русский"}) {
    CHECK(parse_locale(tag) == Locale::english);
  }
}

TEST_CASE("an order has one notification of each kind, whoever computes its id and whenever") {
  const auto order = *OrderId::parse("0190f0a2-0000-7000-8000-000000000001");
  // Stored in logs, and the Message-ID of letters: these very ids may never change.
  CHECK(notification_of(order, Kind::happiness).text() == "4f53221e-9a78-86c4-b74d-60e4a817b860");
  CHECK(notification_of(order, Kind::grief).text() == "50668c27-2aa5-83c2-a327-e6ba593e73ab");
}

TEST_CASE("notification events go to the subjects that the design names") {
  CHECK(topic_of(NotificationSent{}) == log::Topic::notification_sent);
  CHECK(topic_of(NotificationFailed{}) == log::Topic::notification_failed);
}

}  // namespace ordo::notifications
