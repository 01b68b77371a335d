#include "command-side/notifications/letter_state.hpp"

#include "tests/command-side/saved_state.hpp"

namespace ordo::notifications {
namespace {

const UserId kAnna = UserId::derived("test", {"anna"});
constexpr Timestamp kNoon{1'800'000'000'000};

DeliveryReport any_report(std::mt19937& random) {
  const auto order = OrderId::derived("order", {std::to_string(random() % 300)});
  const Delivery delivery{notification_of(order, Kind::happiness), order, kAnna, Kind::happiness, {random() % 900 + 1, 3}};
  const Timestamp at{kNoon.unix_ms + static_cast<std::int64_t>(random() % 1'000)};
  if (random() % 3 == 0) return {delivery, Delivered{Channel::email, Locale::russian, 1}, at};
  return {delivery, Undelivered{"mailbox away", random() % 20 == 0}, at};
}

LetterOrigin origin_of(NotificationId id) {
  const auto text = id.text();
  return {{log::StreamKind::orders, {7, 3}, *EventId::parse(text)}, {text, "00-" + text, kAnna}};
}

Letters with_origins(const LetterBook& book) {
  Letters letters{book, {}};
  for (const auto& [id, retry] : book.waiting()) letters.origins.emplace(id, origin_of(id));
  return letters;
}

}  // namespace

TEST_CASE("letters that were saved and loaded are decided as if they had not been") {
  testing::require_that_saving_changes_no_decision<LetterDecider>(
      any_report, [](const LetterBook& book) { return save(with_origins(book)); },
      [](std::string_view bytes) { return load_letters(bytes).map([](const Letters& letters) { return letters.book; }); });
}

TEST_CASE("a letter that waits for a retry keeps its time, its cause and its trace") {
  const auto order = OrderId::derived("test", {"order"});
  const Delivery delivery{notification_of(order, Kind::grief), order, kAnna, Kind::grief, {7, 3}};
  LetterBook book;
  book.postpone({delivery, 5, kNoon});
  const auto loaded = load_letters(save(with_origins(book))).value();
  REQUIRE(loaded.book.due(kNoon, 10).size() == 1);
  CHECK(loaded.book.due({kNoon.unix_ms - 1}, 10).empty());
  const auto retry = loaded.book.due(kNoon, 10).front();
  CHECK(retry.attempts == 5);
  CHECK(retry.delivery.kind == Kind::grief);
  CHECK(retry.delivery.order_update == log::Position{7, 3});
  const auto expected = origin_of(delivery.notification_id);
  const auto& origin = loaded.origins.at(delivery.notification_id);
  CHECK(origin.cause == expected.cause);
  CHECK(origin.trace == expected.trace);
}

}  // namespace ordo::notifications
