#include "gateway/http/client_address.hpp"

#include <catch2/catch.hpp>

using namespace ordo::http;

namespace {

const Networks kLoopback = parse_networks("127.0.0.0/8, ::1").value();

Headers forwarded(std::string value) { return {{"X-Forwarded-For", std::move(value)}}; }

}  // namespace

TEST_CASE("a trusted proxy says from where a client asks, by the last entry") {
  CHECK(client_address("127.0.0.1", forwarded("192.0.2.7"), kLoopback) == "192.0.2.7");
  CHECK(client_address("127.0.0.1", forwarded("198.51.100.1, 192.0.2.7"), kLoopback) == "192.0.2.7");
  CHECK(client_address("::1", {{"x-forwarded-for", "198.51.100.1"}, {"X-Forwarded-For", "192.0.2.7"}}, kLoopback) == "192.0.2.7");
}

TEST_CASE("of somebody else, what the header says counts for nothing") {
  CHECK(client_address("192.0.2.1", forwarded("198.51.100.1"), kLoopback) == "192.0.2.1");
  CHECK(client_address("127.0.0.1", forwarded("198.51.100.1"), {}) == "127.0.0.1");
}

TEST_CASE("where the proxy says no address, it is the proxy that asks") {
  for (const auto* nonsense : {"", "unknown", "192.0.2.7:80", "192.0.2.7,", "1.2.3.4.5", "::g", "192.0.2.0/24"}) {
    CHECK(client_address("127.0.0.1", forwarded(nonsense), kLoopback) == "127.0.0.1");
  }
  CHECK(client_address("127.0.0.1", {}, kLoopback) == "127.0.0.1");
  CHECK(client_address("", forwarded("192.0.2.7"), kLoopback).empty());
}

TEST_CASE("one client is counted under one name, however its address is written") {
  CHECK(client_address("2001:db8:1:2::1", {}, {}) == "2001:db8:1:2::/64");
  CHECK(client_address("2001:db8:1:2:ffff::9", {}, {}) == client_address("2001:DB8:1:2::1", {}, {}));
  CHECK(client_address("::ffff:192.0.2.7", {}, {}) == "192.0.2.7");
}

TEST_CASE("networks are read whole, or not at all") {
  CHECK(parse_networks("")->empty());
  CHECK(parse_networks("10.0.0.0/8")->front().prefix == 104);
  for (const auto* nonsense : {"localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8,,", "127.0.0.1 ::1"}) {
    CHECK_FALSE(parse_networks(nonsense));
  }
}

TEST_CASE("a network ends where its prefix says, also within a byte") {
  const auto trusted = parse_networks("172.16.0.0/12").value();
  CHECK(client_address("172.31.255.255", forwarded("192.0.2.7"), trusted) == "192.0.2.7");
  CHECK(client_address("172.32.0.0", forwarded("192.0.2.7"), trusted) == "172.32.0.0");
}

TEST_CASE("whether a counted address lies in a network is told of IPv4 and of a /64") {
  const auto networks = *parse_networks("10.0.0.0/8, 2001:db8:1:2::/64");
  CHECK(is_within("10.255.0.1", networks));
  CHECK(is_within("2001:db8:1:2::/64", networks));
  CHECK(is_within("::/64", *parse_networks("::/64")));
  CHECK_FALSE(is_within("203.0.113.9", *parse_networks("::/64")));  // though IPv6 has IPv4 in there
  for (const auto* outside : {"11.0.0.1", "2001:db8:1:3::/64", "", "nonsense"}) CHECK_FALSE(is_within(outside, networks));
}
