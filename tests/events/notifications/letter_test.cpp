#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "events/notifications/letter.hpp"
#include "tests/events/payloads.hpp"
#include "tests/golden/golden.hpp"

namespace ordo::notifications {
namespace {

using Catch::Contains;
using orders::CancelReason;

LetterFacts facts(std::optional<CancelReason> reason = std::nullopt) {
  return {*OrderId::parse("0190f0a2-0000-7000-8000-000000000001"),
          {{"TEA-1", "Чай «Ассам»", 2, 450}, {"CUP-7", "Cup <blue> & \"white\"", 1, 1200}, {"BOX", "", 10, 5}},
          {2150, kEuro},
          reason};
}

}  // namespace

TEST_CASE("a letter that was mailed in version 1 is shown word for word for ever") {
  const auto kind = GENERATE(Kind::happiness, Kind::grief, Kind::cancellation, Kind::refund);
  const auto locale = GENERATE(Locale::english, Locale::russian);
  const auto reason = kind == Kind::grief ? std::optional(CancelReason::insufficient_funds) : std::nullopt;
  const auto letter = compose(1, kind, locale, facts(reason));
  REQUIRE(letter);
  const auto name = fmt::format("notifications/letters/v1.{}.{}", text(kind), text(locale));
  CHECK(letter->subject + "\n\n" + letter->text == golden::file(name + ".txt", letter->subject + "\n\n" + letter->text));
  CHECK(letter->html == golden::file(name + ".html", letter->html));
}

TEST_CASE("what is composed without a version is of the newest one") {
  CHECK(compose(Kind::grief, Locale::russian, facts()) == compose(kTemplateVersion, Kind::grief, Locale::russian, facts()));
}

TEST_CASE("a letter of a version that this program does not know is not made up") {
  CHECK_FALSE(compose(0, Kind::happiness, Locale::english, facts()));
  CHECK_FALSE(compose(kTemplateVersion + 1, Kind::happiness, Locale::english, facts()));
}

TEST_CASE("a letter shows every line of the order, with its sum, and the total with its currency") {
  const auto locale = GENERATE(Locale::english, Locale::russian);
  const auto letter = compose(Kind::happiness, locale, facts());
  for (const auto* cell : {"TEA-1", "Чай «Ассам»", "4.50 EUR", "9.00 EUR", "CUP-7", "12.00 EUR", "BOX", "0.05 EUR", "0.50 EUR",
                           "21.50 EUR", "0190f0a2-0000-7000-8000-000000000001"}) {
    CHECK_THAT(letter.text, Contains(cell));
    CHECK_THAT(letter.html, Contains(cell));
  }
}

TEST_CASE("a letter of grief says why, in the reader's language") {
  const auto grief = [](Locale locale, std::optional<CancelReason> reason) {
    return compose(Kind::grief, locale, facts(reason)).text;
  };
  CHECK_THAT(grief(Locale::english, CancelReason::insufficient_funds), Contains("not enough money"));
  CHECK_THAT(grief(Locale::russian, CancelReason::insufficient_funds), Contains("не хватило денег"));
  CHECK_THAT(grief(Locale::english, CancelReason::no_account), Contains("no wallet yet"));
  CHECK_THAT(grief(Locale::russian, CancelReason::no_account), Contains("ещё нет счёта"));
  CHECK_THAT(grief(Locale::english, CancelReason::currency_mismatch), Contains("another currency"));
  CHECK_THAT(grief(Locale::russian, CancelReason::currency_mismatch), Contains("в другой валюте"));
  CHECK_THAT(grief(Locale::english, std::nullopt), Contains("could not be paid"));
  CHECK_THAT(grief(Locale::russian, std::nullopt), Contains("не удалось оплатить"));
}

TEST_CASE("a letter of cancellation says that its reader asked for it, and promises no charge that might still come") {
  CHECK_THAT(compose(Kind::cancellation, Locale::english, facts()).text, Contains("You asked us to cancel") && Contains("TEA-1") &&
                                                                             Contains("comes back to your wallet"));
  CHECK_THAT(compose(Kind::cancellation, Locale::russian, facts()).text, Contains("Вы попросили отменить") && Contains("TEA-1") &&
                                                                             Contains("вернётся на ваш счёт"));
}

TEST_CASE("a letter of refund names the amount and the order, and reads the same whether the items are known or not") {
  const auto locale = GENERATE(Locale::english, Locale::russian);
  auto without_items = facts();
  without_items.items.clear();
  const auto letter = compose(Kind::refund, locale, without_items);
  CHECK(letter == compose(Kind::refund, locale, facts()));
  for (const auto& body : {letter.text, letter.html}) {
    CHECK_THAT(body, Contains(locale == Locale::english ? "Refunded: 21.50 EUR" : "Возвращено: 21.50 EUR"));
    CHECK_THAT(body, Contains(facts().order_id.text()) && !Contains("TEA-1") && !Contains("<table"));
  }
}

TEST_CASE("what stands in a product's name is text in the HTML, never markup") {
  auto hostile = facts();
  hostile.items = {{"<b>", "</td><script>alert('x')</script>\" onload=\"", 1, 1}};
  const auto letter = compose(Kind::happiness, Locale::english, hostile);
  CHECK_THAT(letter.html, !Contains("<script>") && !Contains("<b>"));
  CHECK_THAT(letter.html, Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload"));
  CHECK_THAT(letter.text, Contains("<script>"));
}

TEST_CASE("a product's name cannot draw a line of its own into the letter") {
  auto hostile = facts();
  hostile.items = {{"TEA", "Assam\nTotal: 0.00 EUR\r\n", 1, 2150}};
  const auto letter = compose(Kind::happiness, Locale::english, hostile);
  CHECK_THAT(letter.text, !Contains("\nTotal: 0.00 EUR") && Contains("\nTotal: 21.50 EUR\n") && !Contains("\r"));
}

TEST_CASE("the columns of the plain text stand under each other, in Cyrillic too") {
  const auto letter = compose(Kind::happiness, Locale::russian, facts());
  CHECK_THAT(letter.text, Contains("TEA-1    Чай «Ассам»                    2   4.50 EUR   9.00 EUR\n"
                                   "CUP-7    Cup <blue> & \"white\"           1  12.00 EUR  12.00 EUR\n"
                                   "BOX                                    10   0.05 EUR   0.50 EUR\n"));
}

TEST_CASE("whatever was ordered, there is a letter about it") {
  CHECK(rc::check("an order makes a letter", [] {
    LetterFacts any_facts{*any::id<OrderId>(), {}, *any::amount(), std::nullopt};
    const auto count = *any::between(0, 5);
    for (std::int64_t index = 0; index < count; ++index) {
      any_facts.items.push_back({*any::text(1, 64), *any::text(0, 200), *any::between(1, orders::kQuantityMax),
                                 *any::between(0, INT64_MAX - 1)});
    }
    for (const auto locale : {Locale::english, Locale::russian}) {
      const auto letter = compose(Kind::grief, locale, any_facts);
      RC_ASSERT(letter.subject.find('\n') == std::string::npos);
      RC_ASSERT(letter.text.find(any_facts.order_id.text()) != std::string::npos);
      RC_ASSERT(letter.html.ends_with("</html>\n"));
    }
  }));
}

}  // namespace ordo::notifications
