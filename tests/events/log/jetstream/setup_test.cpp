#include <future>

#include <catch2/catch.hpp>

#include "events/log/jetstream/jetstream_log.hpp"
#include "events/log/jetstream/setup.hpp"
#include "events/log/jetstream/stream_settings.hpp"
#include "events/vocabulary/json_visit.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"
#include "tests/events/log/nats_server/nats_server.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

FlatJson info(Connection& connection, const std::string& stream) {
  const auto answer = connection.request("$JS.API.STREAM.INFO." + stream, "", 5s);
  REQUIRE(answer);
  return flatten_json(*answer).value();
}

TEST_CASE("set-up makes every stream of every partition, and may be repeated") {
  NatsServer server;
  const auto connection = connect_to(server);
  REQUIRE(set_up(*connection, 3, 1));
  REQUIRE(set_up(*connection, 3, 1));
  CHECK(partitions_of(*connection).value() == 3U);
  for (Partition partition = 0; partition < 3; ++partition) {
    for (const auto kind : kStreamKinds) {
      const auto stream = info(*connection, text(StreamName{kind, partition}));
      CHECK(stream.at("config.storage") == "file");
      CHECK(stream.at("config.compression") == "s2");
      CHECK(stream.at("config.republish.dest") == "live.>");
      CHECK(stream.at("config.allow_direct") == "false");
    }
  }
}

TEST_CASE("decisions are kept for ever, commands for thirty days") {
  NatsServer server;
  const auto connection = connect_to(server);
  REQUIRE(set_up(*connection, 1, 1));
  const auto orders = info(*connection, "ORDERS-0");
  CHECK(orders.at("config.max_age") == "0");
  CHECK(orders.at("config.deny_delete") == "true");
  CHECK(orders.at("config.deny_purge") == "true");
  const auto commands = info(*connection, "COMMANDS-0");
  CHECK(commands.at("config.max_age") == "2592000000000000");
  CHECK(commands.at("config.deny_purge") == "false");
}

TEST_CASE("what operators did is kept for ever in one stream, which is there before anything else if it is wanted") {
  NatsServer server;
  const auto connection = connect_to(server);
  REQUIRE(set_up_audit(*connection, 1));
  REQUIRE(connection->request("audit.operators", "what was done", 5s));
  CHECK_FALSE(partitions_of(*connection).value());
  REQUIRE(set_up(*connection, 1, 1));
  const auto audit = info(*connection, "AUDIT");
  CHECK(audit.at("state.messages") == "1");
  CHECK(audit.at("config.deny_delete") == "true");
  CHECK(audit.at("config.deny_purge") == "true");
  CHECK(audit.at("config.max_age") == "0");
  CHECK_FALSE(audit.contains("config.republish.dest"));
}

TEST_CASE("the partition count is fixed for ever") {
  NatsServer server;
  const auto connection = connect_to(server);
  CHECK_THAT(check_partitions(*connection, 2).error().text, Catch::Contains("ordo setup"));
  CHECK(partitions_of(*connection).value() == std::nullopt);
  REQUIRE(set_up(*connection, 2, 1));
  CHECK(check_partitions(*connection, 2));
  const auto other = check_partitions(*connection, 4);
  REQUIRE_FALSE(other);
  CHECK(other.error().kind == FailureKind::conflict);
  CHECK_THAT(other.error().text, Catch::Contains("ORDO_PARTITIONS=2"));
  CHECK_FALSE(set_up(*connection, 4, 1));
  CHECK(connection->request("$JS.API.STREAM.INFO.ORDERS-3", "", 5s).value().find("10059") != std::string::npos);
}

TEST_CASE("a stream with other settings is reported and left as it is") {
  NatsServer server;
  const auto connection = connect_to(server);
  const auto foreign = R"({"name":"BILLING-0","subjects":["billing.payments.0"],"max_age":5000000000,"storage":"file"})";
  REQUIRE(connection->request("$JS.API.STREAM.CREATE.BILLING-0", foreign, 5s));
  const auto done = set_up(*connection, 1, 1);
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == FailureKind::conflict);
  CHECK_THAT(done.error().text, Catch::Contains("BILLING-0") && Catch::Contains("max_age is 5000000000 instead of 0") &&
                                    Catch::Contains("deny_purge"));
  CHECK(info(*connection, "BILLING-0").at("config.max_age") == "5000000000");
  CHECK(partitions_of(*connection).value() == std::nullopt);
}

TEST_CASE("a stream that an older version made learns the subjects that it did not know, and keeps what it holds") {
  NatsServer server;
  const auto connection = connect_to(server);
  auto older = stream_settings({StreamKind::orders, 0}, 1);
  const std::string unknown_then = R"(,"orders.parked.0")";
  REQUIRE(older.find(unknown_then) != std::string::npos);
  older.erase(older.find(unknown_then), unknown_then.size());
  REQUIRE(connection->request("$JS.API.STREAM.CREATE.ORDERS-0", older, 5s));
  REQUIRE(connection->request("orders.pending.0", "what was there", 5s));
  REQUIRE(set_up(*connection, 1, 1));
  const auto grown = info(*connection, "ORDERS-0");
  CHECK(grown.at("config.subjects.2") == "orders.parked.0");
  CHECK(grown.at("state.messages") == "1");
}

TEST_CASE("what owners say of parking is repeated in a stream of its own, under its subject and in order") {
  NatsServer server;
  const auto connection = connect_to(server);
  REQUIRE(set_up(*connection, 1, 1));
  const auto log = JetStreamLog::open(connection).value();
  for (int number = 0; number < 10; ++number) {
    REQUIRE(connection->request("orders.pending.0", "not this", 5s));
    REQUIRE(connection->request("orders.parked.0", std::to_string(number), 5s));
  }
  std::promise<std::string> repeated;
  std::string so_far;
  const auto reader = log->read({StreamKind::parked, 0}, 1, [&](const StoredMessage& message) {
    so_far += message.subject == "orders.parked.0" ? message.payload : "?";
    if (so_far.size() == 10) repeated.set_value(so_far);
  });
  auto all = repeated.get_future();
  REQUIRE(all.wait_for(20s) == std::future_status::ready);
  CHECK(all.get() == "0123456789");
}

TEST_CASE("durability is told in one line") {
  NatsServer server;
  const auto connection = connect_to(server);
  CHECK_FALSE(durability(*connection, "always"));
  REQUIRE(set_up(*connection, 1, 1));
  CHECK_THAT(durability(*connection, "always").value(), Catch::Contains("on disk before"));
  CHECK_THAT(durability(*connection, "2m").value(), Catch::Contains("can lose") && Catch::Contains("2m"));
  CHECK_THAT(durability(*connection, "").value(), Catch::Contains("can lose"));
}

TEST_CASE("a server that is not there is told as unavailable within the limit") {
  const auto connection = Connection::open("nats://127.0.0.1:1", "test", 300ms);
  REQUIRE_FALSE(connection);
  CHECK(connection.error().kind == FailureKind::unavailable);
}

}  // namespace
}  // namespace ordo::log::jetstream
