#include "events/vocabulary/id_set.hpp"

#include <set>

#include <catch2/catch.hpp>

namespace ordo {

TEST_CASE("a set of ids that is walked through and filled again holds the same") {
  IdSet<OrderId> ids;
  std::set<OrderId> common;
  for (int count = 0; count < 20'000; ++count) {
    const auto id = OrderId::random();
    CHECK(ids.insert(id));
    common.insert(id);
  }
  IdSet<OrderId> again;
  again.reserve(ids.size());
  const auto room = again.memory_bytes();
  ids.for_each([&](const OrderId& id) { REQUIRE(again.insert(id)); });
  CHECK(again.size() == common.size());
  CHECK(again.memory_bytes() == room);
  for (const auto& id : common) REQUIRE(again.contains(id));
}

}  // namespace ordo
