#include <catch2/catch.hpp>

#include "events/log/jetstream/snapshot_store.hpp"
#include "events/vocabulary/json_visit.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

constexpr StreamName kOrders{StreamKind::orders, 0};
constexpr StreamName kOrdersBeside{StreamKind::orders, 1};

FlatJson info(Connection& connection, const std::string& stream) {
  const auto answer = connection.request("$JS.API.STREAM.INFO." + stream, R"({"subjects_filter":">"})", 5s);
  REQUIRE(answer);
  return flatten_json(*answer).value();
}

}  // namespace

TEST_CASE("the stream of snapshots holds one per owner, under two subjects, and repeats nothing to listeners") {
  const JetStreamOnServer on;
  JetStreamSnapshotStore store(on.connection);
  for (int round = 0; round < 3; ++round) {
    REQUIRE(store.save(kOrders, std::string(1'200'000, 'x')));  // three parts and a manifest
    REQUIRE(store.save(kOrdersBeside, std::string(10, 'x')));
  }
  const auto stream = info(*on.connection, "SNAPSHOTS");
  CHECK(stream.at("state.messages") == "6");
  CHECK(stream.at("state.num_subjects") == "4");
  CHECK_FALSE(stream.contains("config.republish.dest"));
}

TEST_CASE("a snapshot whose writing was broken off leaves the one before it") {
  const JetStreamOnServer on;
  JetStreamSnapshotStore store(on.connection);
  REQUIRE(store.save(kOrders, "before"));
  REQUIRE(on.connection->request("snapshots.ORDERS-0.parts", "the beginning of another", 5s));
  CHECK(store.load(kOrders).value() == "before");
  REQUIRE(store.save(kOrders, "after"));
  CHECK(info(*on.connection, "SNAPSHOTS").at("state.messages") == "2");
}

TEST_CASE("a manifest whose parts are gone, or which is none, is no snapshot") {
  const JetStreamOnServer on;
  JetStreamSnapshotStore store(on.connection);
  REQUIRE(store.save(kOrders, "whole"));
  REQUIRE(on.connection->request("$JS.API.STREAM.PURGE.SNAPSHOTS", R"({"filter":"snapshots.ORDERS-0.parts"})", 5s));
  CHECK(store.load(kOrders).value() == std::nullopt);
  REQUIRE(on.connection->request("snapshots.ORDERS-0.manifest", "nonsense", 5s));
  CHECK(store.load(kOrders).value() == std::nullopt);
  REQUIRE(store.save(kOrdersBeside, "another owner's"));
  const auto foreign = info(*on.connection, "SNAPSHOTS").at("state.last_seq");
  REQUIRE(on.connection->request("snapshots.ORDERS-0.manifest", foreign, 5s));
  CHECK(store.load(kOrders).value() == std::nullopt);
}

TEST_CASE("without the stream no snapshot is found and none can be saved") {
  const JetStreamOnServer on;
  JetStreamSnapshotStore store(on.connection, 500ms);
  REQUIRE(on.connection->request("$JS.API.STREAM.DELETE.SNAPSHOTS", "", 5s));
  CHECK(store.load(kOrders).value() == std::nullopt);
  CHECK(store.remove(kOrders));
  const auto saved = store.save(kOrders, "state");
  REQUIRE_FALSE(saved);
  CHECK(saved.error().kind == FailureKind::unavailable);
}

}  // namespace ordo::log::jetstream
