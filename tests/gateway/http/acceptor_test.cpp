#include "gateway/http/acceptor.hpp"

#include <atomic>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/gateway/http/raw_client.hpp"

namespace ordo::http {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

}  // namespace

TEST_CASE("everybody who had connected when the acceptor stopped is given away, and who comes later is refused") {
  constexpr int kRounds = 50;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> accepted = 0;
    auto acceptor = Acceptor::listen(kLoopback, 0, [&](int descriptor, const sockaddr_in&) {
      ++accepted;
      ::close(descriptor);
    });
    REQUIRE(acceptor.has_value());
    const auto port = (*acceptor)->port();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int client = 0; client <= round; ++client) clients.push_back(std::make_unique<RawClient>(port));
    (*acceptor)->stop();
    CHECK(accepted == round + 1);
    CHECK_THROWS(RawClient(port));
  }
}

TEST_CASE("an address that cannot be listened on is told") {
  const auto nobody = [](int, const sockaddr_in&) {};
  const auto first = Acceptor::listen(kLoopback, 0, nobody);
  REQUIRE(first.has_value());
  for (const auto& [address, port] : {std::pair{kLoopback, (*first)->port()}, std::pair{"203.0.113.1", std::uint16_t{0}}, std::pair{"nowhere", std::uint16_t{0}}}) {
    const auto refused = Acceptor::listen(address, port, nobody);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == FailureKind::unavailable);
    CHECK_THAT(refused.error().text, Catch::StartsWith("cannot listen on " + std::string(address)));
  }
}

}  // namespace ordo::http
