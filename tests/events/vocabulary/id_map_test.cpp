#include "events/vocabulary/id_map.hpp"

#include <array>
#include <map>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace ordo {
namespace {

using NineBytes = std::array<std::uint8_t, 9>;

OrderId any_id(std::mt19937_64& random) {
  IdBytes bytes{};
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return OrderId(bytes);
}

NineBytes value_of(std::size_t number) {
  NineBytes value{};
  value[0] = static_cast<std::uint8_t>(number);
  value[8] = static_cast<std::uint8_t>(number >> 8);
  return value;
}

}  // namespace

TEST_CASE("an empty map of ids knows none") {
  const IdMap<OrderId, NineBytes> map;
  CHECK(map.find(OrderId::derived("test", {"a"})) == nullptr);
  CHECK(map.size() == 0);
  CHECK(map.memory_bytes() == 0);
}

TEST_CASE("a map of ids answers what a common map answers, whatever is put in") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  std::vector<OrderId> ids;
  for (int count = 0; count < 700; ++count) ids.push_back(any_id(random));
  IdMap<OrderId, NineBytes> map;
  std::map<OrderId, NineBytes> common;
  for (std::size_t step = 0; step < 3'000; ++step) {
    const auto& id = ids[random() % ids.size()];
    REQUIRE(map.contains(id) == common.contains(id));
    map.put(id, value_of(step));
    common[id] = value_of(step);
    REQUIRE(map.size() == common.size());
  }
  for (const auto& [id, value] : common) {
    REQUIRE(map.find(id) != nullptr);
    REQUIRE(*map.find(id) == value);
  }
  std::map<OrderId, NineBytes> walked;
  map.for_each([&](const OrderId& id, const NineBytes& value) { REQUIRE(walked.emplace(id, value).second); });
  CHECK(walked == common);
}

TEST_CASE("the walk through a map is the same wherever the same was put in") {
  std::mt19937_64 random(7);
  std::vector<OrderId> ids;
  for (int count = 0; count < 5'000; ++count) ids.push_back(any_id(random));
  const auto walk = [&ids] {
    IdMap<OrderId, NineBytes> map;
    for (std::size_t at = 0; at < ids.size(); ++at) map.put(ids[at], value_of(at));
    std::vector<OrderId> walked;
    map.for_each([&](const OrderId& id, const NineBytes&) { walked.push_back(id); });
    return walked;
  };
  CHECK(walk() == walk());
}

TEST_CASE("from a few thousand ids on an entry of 25 bytes never takes more than 32") {
  std::mt19937_64 random(11);
  IdMap<OrderId, NineBytes> map;
  for (std::size_t count = 0; count < 300'000; ++count) {
    map.put(any_id(random), value_of(count));
    if (map.size() > 3'000) REQUIRE(map.memory_bytes() <= 32 * map.size());
  }
}

}  // namespace ordo
