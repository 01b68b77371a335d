#include <thread>

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "tests/events/log/jetstream/jetstream_on_server.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

const StreamName kOrders{StreamKind::orders, 0};

std::uint64_t store(EventLog& log, Topic topic) {
  return settled(append(log, {kOrders, subject(topic, kOrders.partition), "x", std::nullopt})).value();
}

nlohmann::json ask(Connection& connection, const std::string& what, const nlohmann::json& request = nlohmann::json::object()) {
  const auto answer = connection.request("$JS.API.CONSUMER." + what, request.dump(), 5s);
  if (!answer) throw std::runtime_error(answer.error().text);
  return nlohmann::json::parse(*answer);
}

// The stream's only consumer goes on with its heartbeats, and sends no order any more, as if it saw an old copy of the stream.
void blind_the_consumer(Connection& connection) {
  const std::string name = ask(connection, "NAMES." + text(kOrders)).at("consumers").at(0);
  auto config = ask(connection, "INFO." + text(kOrders) + "." + name).at("config");
  config["filter_subject"] = subject(Topic::orders_parked, kOrders.partition);
  const auto answer = ask(connection, "CREATE." + text(kOrders) + "." + name + "." + config["filter_subject"].get<std::string>(),
                          {{"stream_name", text(kOrders)}, {"config", config}, {"action", "update"}});
  if (answer.contains("error")) throw std::runtime_error(answer.dump());
}

}  // namespace

TEST_CASE("a reader whose consumer is left behind begins anew, and misses nothing") {
  JetStreamOnServer on({.quiet_limit = 300ms});
  Delivered delivered;
  const auto reader = on.log->read(kOrders, 1, delivered.deliver());
  REQUIRE(store(*on.log, Topic::order_pending) == 1);
  delivered.wait_for(1);
  blind_the_consumer(*on.connection);
  for (std::uint64_t sequence = 2; sequence <= 5; ++sequence) REQUIRE(store(*on.log, Topic::order_pending) == sequence);
  CHECK(sequences_of(delivered.wait_for(5)) == from_to(1, 5));
}

TEST_CASE("a reader to whom nothing comes because there is nothing keeps its consumer") {
  JetStreamOnServer on({.quiet_limit = 50ms});
  Delivered delivered;
  const auto reader = on.log->read(kOrders, 1, delivered.deliver());
  REQUIRE(store(*on.log, Topic::order_pending) == 1);
  delivered.wait_for(1);
  const auto name = ask(*on.connection, "NAMES." + text(kOrders)).at("consumers").at(0);
  const auto heartbeats_by = std::chrono::steady_clock::now() + 3s;  // it looks with each of them, once a second
  while (std::chrono::steady_clock::now() < heartbeats_by) {
    REQUIRE(ask(*on.connection, "NAMES." + text(kOrders)).at("consumers") == nlohmann::json::array({name}));
    std::this_thread::sleep_for(50ms);
  }
}

}  // namespace ordo::log::jetstream
