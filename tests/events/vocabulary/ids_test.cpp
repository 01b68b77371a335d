#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <thread>
#include <unordered_set>
#include <vector>

#include <catch2/catch.hpp>

#include "events/vocabulary/id_set.hpp"
#include "events/vocabulary/ids.hpp"

namespace ordo {
namespace {

static_assert(!std::is_convertible_v<OrderId, UserId>);
static_assert(!std::is_convertible_v<IdBytes, OrderId>);

TEST_CASE("an id is written as a UUID and read back") {
  const auto* const text = GENERATE("00000000-0000-0000-0000-000000000000", "018f4e3a-7c1b-7def-8a12-3456789abcde",
                                    "ffffffff-ffff-ffff-ffff-ffffffffffff");
  CHECK(OrderId::parse(text)->text() == text);
}

TEST_CASE("capitals are read, and written small") {
  CHECK(OrderId::parse("018F4E3A-7C1B-7DEF-8A12-3456789ABCDE")->text() == "018f4e3a-7c1b-7def-8a12-3456789abcde");
}

TEST_CASE("what is no UUID is no id") {
  const auto* const text = GENERATE("", "018f4e3a", "018f4e3a-7c1b-7def-8a12-3456789abcd",
                                    "018f4e3a-7c1b-7def-8a12-3456789abcdef",
                                    "018f4e3a-7c1b-7def-8a12-3456789abcdg", "018f4e3a07c1b-7def-8a12-3456789abcde",
                                    "{018f4e3a-7c1b-7def-8a12-3456789abc}", " 18f4e3a-7c1b-7def-8a12-3456789abcde",
                                    "018f4e3a-7c1b-7def-8a1-23456789abcde", "018f4e3a7c1b7def8a123456789abcde");
  CAPTURE(text);
  CHECK_FALSE(OrderId::parse(text));
}

TEST_CASE("an id is read from exactly 16 bytes") {
  CHECK_FALSE(OrderId::from_bytes(std::string(15, 'x')));
  CHECK_FALSE(OrderId::from_bytes(std::string(17, 'x')));
  CHECK_FALSE(OrderId::from_bytes(""));
  const auto id = OrderId::random();
  CHECK(OrderId::from_bytes(id.raw()) == id);
}

TEST_CASE("random ids differ, are of version 7, and grow with time") {
  std::set<OrderId> ids;
  for (int count = 0; count < 10'000; ++count) ids.insert(OrderId::random());
  CHECK(ids.size() == 10'000);
  const auto text = ids.begin()->text();
  CHECK(text[14] == '7');
  CHECK(std::string("89ab").find(text[19]) != std::string::npos);
  CHECK(std::ranges::equal(ids.begin()->raw().substr(0, 4), ids.rbegin()->raw().substr(0, 4)));
}

TEST_CASE("random ids of several threads differ") {
  std::array<std::vector<OrderId>, 4> made;
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made) threads.emplace_back([&mine] { std::generate_n(std::back_inserter(mine), 1'000, OrderId::random); });
  }
  std::set<OrderId> ids;
  for (const auto& mine : made) ids.insert(mine.begin(), mine.end());
  CHECK(ids.size() == 4'000);
}

TEST_CASE("a derived id is the same for ever") {
  // Fixed: a repeated command finds its order by this id, tomorrow as well.
  CHECK(OrderId::derived("order", {"user", "route", "key"}).text() == "f19e08cb-478b-85e3-b77e-97966e880a8a");
  CHECK(OrderId::derived("order", {}).text() == "7a72b4a4-93f0-80ed-8345-10fb872ee391");
}

TEST_CASE("a derived id depends on the purpose and on each part") {
  const auto id = OrderId::derived("order", {"ab", "c"});
  CHECK(id == OrderId::derived("order", {"ab", "c"}));
  CHECK(id != OrderId::derived("order", {"a", "bc"}));
  CHECK(id != OrderId::derived("order", {"abc"}));
  CHECK(id != OrderId::derived("order", {"ab", "c", ""}));
  CHECK(id != OrderId::derived("topup", {"ab", "c"}));
}

TEST_CASE("the nil id names nothing") {
  CHECK(OrderId().is_nil());
  CHECK_FALSE(OrderId::random().is_nil());
}

TEST_CASE("a set of ids knows what was put in and nothing else") {
  IdSet<OrderId> set;
  CHECK_FALSE(set.contains(OrderId::random()));
  std::unordered_set<OrderId> put_in;
  for (int count = 0; count < 20'000; ++count) {
    const auto id = count % 2 == 0 ? OrderId::random() : OrderId::derived("order", {std::to_string(count)});
    CHECK(set.insert(id));
    put_in.insert(id);
  }
  CHECK(set.size() == 20'000);
  for (const auto& id : put_in) {
    REQUIRE(set.contains(id));
    REQUIRE_FALSE(set.insert(id));
  }
  for (int count = 0; count < 20'000; ++count) REQUIRE_FALSE(set.contains(OrderId::random()));
  CHECK(set.size() == 20'000);
}

TEST_CASE("a set of ids takes at most 32 bytes an id") {
  IdSet<OrderId> set;
  for (std::size_t count = 1; count <= 100'000; ++count) {
    set.insert(OrderId::random());
    if (count > 1000) REQUIRE(set.memory_bytes() <= 32 * count);
  }
}

}  // namespace
}  // namespace ordo
