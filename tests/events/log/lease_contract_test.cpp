#include <catch2/catch.hpp>

#include "tests/events/log/lease_store_under_test.hpp"

namespace ordo::log {
namespace {

const InstanceId kFirst = InstanceId::derived("test", {"first"});
const InstanceId kSecond = InstanceId::derived("test", {"second"});
const std::string kRole = "orders";

template <class Value>
FailureKind kind_of(const Result<Value>& outcome) {
  REQUIRE_FALSE(outcome);
  return outcome.error().kind;
}

std::vector<LeaseEntry> all(LeaseStore& store, std::uint64_t after = 0) {
  auto entries = store.written_after(kRole, after);
  INFO((entries ? "" : entries.error().text));
  REQUIRE(entries);
  return std::move(*entries);
}

Lease only_lease(LeaseStore& store) {
  const auto entries = all(store);
  REQUIRE(entries.size() == 1);
  return std::get<Lease>(entries[0].content);
}

TEST_CASE("of two that take a free lease one gets it") {
  const auto under_test = make_lease_store_under_test();
  auto& store = under_test->store();
  CHECK(store.write(kRole, Lease{3, kFirst, "orders-1", 1}, 0));
  CHECK(kind_of(store.write(kRole, Lease{3, kSecond, "orders-2", 1}, 0)) == FailureKind::conflict);
  CHECK(only_lease(store) == Lease{3, kFirst, "orders-1", 1});
}

TEST_CASE("a lease that was written meanwhile is not taken") {
  const auto under_test = make_lease_store_under_test();
  auto& store = under_test->store();
  const auto first = store.write(kRole, Lease{0, kFirst, "orders-1", 1}, 0);
  REQUIRE(first);
  const auto given_back = store.write(kRole, Lease{0, {}, "", 1}, *first);
  REQUIRE(given_back);
  CHECK(*given_back > *first);
  CHECK(kind_of(store.write(kRole, Lease{0, kSecond, "orders-2", 2}, *first)) == FailureKind::conflict);
  CHECK(store.write(kRole, Lease{0, kSecond, "orders-2", 2}, *given_back));
  CHECK(only_lease(store) == Lease{0, kSecond, "orders-2", 2});
}

TEST_CASE("only what was written after a revision is read, as it is now, in the order of writing") {
  const auto under_test = make_lease_store_under_test();
  auto& store = under_test->store();
  const auto lease = store.write(kRole, Lease{0, kFirst, "orders-1", 1}, 0);
  const auto presence = store.write(kRole, Presence{"orders-1", kFirst, 1, false}, std::nullopt);
  const auto later = store.write(kRole, Lease{0, {}, "", 1}, *lease);
  REQUIRE(later);
  const auto entries = all(store);
  REQUIRE(entries.size() == 2);
  CHECK(std::get<Presence>(entries[0].content) == Presence{"orders-1", kFirst, 1, false});
  CHECK(entries[0].revision == *presence);
  CHECK(std::get<Lease>(entries[1].content) == Lease{0, {}, "", 1});
  CHECK(all(store, *presence).size() == 1);
  CHECK(all(store, *later).empty());
}

TEST_CASE("a role sees nothing of another's") {
  const auto under_test = make_lease_store_under_test();
  auto& store = under_test->store();
  REQUIRE(store.write("billing", Lease{0, kFirst, "billing-1", 1}, 0));
  CHECK(all(store).empty());
  CHECK(store.write(kRole, Lease{0, kFirst, "orders-1", 1}, 0));
}

TEST_CASE("a presence is renewed upon its last revision, or taken over whatever stands there") {
  const auto under_test = make_lease_store_under_test();
  auto& store = under_test->store();
  const auto begun = store.write(kRole, Presence{"orders-1", kFirst, 1, false}, std::nullopt);
  REQUIRE(begun);
  const auto renewed = store.write(kRole, Presence{"orders-1", kFirst, 2, false}, *begun);
  REQUIRE(renewed);
  CHECK(store.write(kRole, Presence{"orders-1", kSecond, 1, true}, std::nullopt));
  CHECK(kind_of(store.write(kRole, Presence{"orders-1", kFirst, 3, false}, *renewed)) == FailureKind::conflict);
  const auto entries = all(store);
  REQUIRE(entries.size() == 1);
  CHECK(std::get<Presence>(entries[0].content) == Presence{"orders-1", kSecond, 1, true});
}

TEST_CASE("a presence that was renewed meanwhile is not forgotten") {
  const auto under_test = make_lease_store_under_test();
  auto& store = under_test->store();
  const auto begun = store.write(kRole, Presence{"orders-1", kFirst, 1, false}, std::nullopt);
  const auto renewed = store.write(kRole, Presence{"orders-1", kFirst, 2, false}, *begun);
  REQUIRE(renewed);
  CHECK(store.forget(kRole, "orders-1", *begun));
  CHECK(all(store).size() == 1);
  CHECK(store.forget(kRole, "orders-1", *renewed));
  CHECK(all(store).empty());
  CHECK(store.forget(kRole, "orders-1", *renewed));
  // Nothing stands there now; what comes has a revision above all before it.
  const auto again = store.write(kRole, Presence{"orders-1", kFirst, 3, false}, 0);
  REQUIRE(again);
  CHECK(*again > *renewed);
}

TEST_CASE("a write whose answer was lost is found out by reading") {
  const auto under_test = make_lease_store_under_test();
  auto& store = under_test->store();
  under_test->lose_next_answer();
  CHECK(kind_of(store.write(kRole, Lease{0, kFirst, "orders-1", 1}, 0)) == FailureKind::timeout);
  under_test->recover();
  // The same again: refused, because the first one was carried out. A read alone could have come before it.
  CHECK(kind_of(store.write(kRole, Lease{0, kFirst, "orders-1", 1}, 0)) == FailureKind::conflict);
  CHECK(only_lease(store) == Lease{0, kFirst, "orders-1", 1});
}

TEST_CASE("an entry tells when it was written") {
  const auto under_test = make_lease_store_under_test();
  auto& store = under_test->store();
  const auto before = SystemClock().now();
  REQUIRE(store.write(kRole, Lease{0, kFirst, "orders-1", 1}, 0));
  const auto written = all(store)[0].written;
  CHECK(written >= before);
  CHECK(written <= SystemClock().now());
}

TEST_CASE("a name of an instance is one token of a subject") {
  CHECK(is_instance_name("orders-1"));
  CHECK_FALSE(is_instance_name(""));
  CHECK_FALSE(is_instance_name("orders.1"));
  CHECK_FALSE(is_instance_name("orders >"));
  CHECK_FALSE(is_instance_name(std::string(65, 'x')));
}

}  // namespace
}  // namespace ordo::log
