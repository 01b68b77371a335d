#include <catch2/catch.hpp>

#include "events/vocabulary/money.hpp"

namespace ordo {
namespace {

const Currency kEuro = *Currency::parse("EUR");
const Currency kYen = *Currency::parse("JPY");
const Currency kDinar = *Currency::parse("KWD");
constexpr auto kMax = INT64_MAX;
constexpr auto kMin = INT64_MIN;

TEST_CASE("currencies are ISO 4217 codes in capitals") {
  for (const auto* const code : {"AED", "EUR", "JPY", "RUB", "USD", "ZWG"}) CHECK(Currency::parse(code)->code() == code);
  for (const auto* const code : {"", "EU", "EURO", "eur", "Eur", "XXX", "XAU", "ABC", " EUR"}) {
    CHECK_FALSE(Currency::parse(code));
  }
}

TEST_CASE("amounts are shown with their currency's minor digits") {
  struct Row {
    Money money;
    const char* shown;
  };
  const auto row = GENERATE(Row{{1250, kEuro}, "12.50 EUR"}, Row{{5, kEuro}, "0.05 EUR"}, Row{{0, kEuro}, "0.00 EUR"},
                            Row{{-5, kEuro}, "-0.05 EUR"}, Row{{-1250, kEuro}, "-12.50 EUR"}, Row{{1250, kYen}, "1250 JPY"},
                            Row{{-7, kYen}, "-7 JPY"}, Row{{1250, kDinar}, "1.250 KWD"},
                            Row{{kMax, kEuro}, "92233720368547758.07 EUR"}, Row{{kMin, kEuro}, "-92233720368547758.08 EUR"});
  CHECK(text(row.money) == row.shown);
}

TEST_CASE("money of one currency adds and subtracts") {
  CHECK(add({1250, kEuro}, {50, kEuro}) == Money{1300, kEuro});
  CHECK(subtract({50, kEuro}, {1250, kEuro}) == Money{-1200, kEuro});
  CHECK(multiply({450, kEuro}, 3) == Money{1350, kEuro});
  CHECK(multiply({450, kEuro}, 0) == Money{0, kEuro});
}

TEST_CASE("currencies do not mix") {
  CHECK_FALSE(add({1, kEuro}, {1, kYen}));
  CHECK_FALSE(subtract({1, kEuro}, {1, kYen}));
}

TEST_CASE("what overflows has no answer") {
  CHECK_FALSE(add({kMax, kEuro}, {1, kEuro}));
  CHECK_FALSE(add({kMin, kEuro}, {-1, kEuro}));
  CHECK_FALSE(subtract({kMin, kEuro}, {1, kEuro}));
  CHECK_FALSE(subtract({0, kEuro}, {kMin, kEuro}));
  CHECK_FALSE(multiply({kMax, kEuro}, 2));
  CHECK_FALSE(multiply({kMin, kEuro}, -1));
  CHECK(add({kMax - 1, kEuro}, {1, kEuro}) == Money{kMax, kEuro});
}

}  // namespace
}  // namespace ordo
