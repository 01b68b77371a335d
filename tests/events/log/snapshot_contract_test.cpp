#include <random>

#include <catch2/catch.hpp>

#include "tests/events/log/snapshot_store_under_test.hpp"

namespace ordo::log {
namespace {

constexpr StreamName kOrders{StreamKind::orders, 0};
constexpr StreamName kOrdersBeside{StreamKind::orders, 1};

// All values of a byte, in an order that nothing can compress.
std::string noise(std::size_t size) {
  std::mt19937 random(42);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

}  // namespace

TEST_CASE("where no snapshot was saved, none is found") {
  const auto under_test = make_snapshot_store_under_test();
  CHECK(under_test->store().load(kOrders).value() == std::nullopt);
}

TEST_CASE("a snapshot comes back byte for byte, whatever its size") {
  const auto under_test = make_snapshot_store_under_test();
  for (const auto size : {std::size_t{0}, std::size_t{1}, std::size_t{512} * 1024, std::size_t{512} * 1024 + 1, std::size_t{3'000'000}}) {
    const auto bytes = noise(size);
    REQUIRE(under_test->store().save(kOrders, bytes));
    CHECK((under_test->store().load(kOrders).value() == bytes));
  }
}

TEST_CASE("a snapshot takes the place of the one before it") {
  const auto under_test = make_snapshot_store_under_test();
  REQUIRE(under_test->store().save(kOrders, noise(2'000'000)));
  REQUIRE(under_test->store().save(kOrders, "small"));
  CHECK(under_test->store().load(kOrders).value() == "small");
}

TEST_CASE("each stream has a snapshot of its own") {
  const auto under_test = make_snapshot_store_under_test();
  REQUIRE(under_test->store().save(kOrders, "first"));
  REQUIRE(under_test->store().save(kOrdersBeside, "second"));
  REQUIRE(under_test->store().save(kOrders, "third"));
  CHECK(under_test->store().load(kOrders).value() == "third");
  CHECK(under_test->store().load(kOrdersBeside).value() == "second");
}

TEST_CASE("a removed snapshot is gone, and the others stay") {
  const auto under_test = make_snapshot_store_under_test();
  REQUIRE(under_test->store().remove(kOrders));
  REQUIRE(under_test->store().save(kOrders, "first"));
  REQUIRE(under_test->store().save(kOrdersBeside, "second"));
  REQUIRE(under_test->store().remove(kOrders));
  CHECK(under_test->store().load(kOrders).value() == std::nullopt);
  CHECK(under_test->store().load(kOrdersBeside).value() == "second");
  REQUIRE(under_test->store().save(kOrders, "again"));
  CHECK(under_test->store().load(kOrders).value() == "again");
}

}  // namespace ordo::log
