#include "cli/role_uses.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "cli/role_report.hpp"

using namespace ordo;
using namespace ordo::cli;

TEST_CASE("each stream is appended to by one role, and by nobody where it is the operator's") {
  std::multiset<log::StreamKind> appended;
  for (const auto& use : role_uses()) appended.insert(use.appends.begin(), use.appends.end());
  using enum log::StreamKind;
  CHECK(appended == std::multiset<log::StreamKind>{commands, users, orders, billing, notifications});
}

TEST_CASE("a role that decides appends to its output, and reads it back") {
  for (const auto& use : role_uses()) {
    const auto output = output_of(use.name);
    if (!output) continue;
    CHECK(use.appends == std::vector{*output});
    CHECK(std::ranges::find(use.reads, *output) != use.reads.end());
    CHECK(use.keeps_snapshots);
  }
}

TEST_CASE("a process connects as its role's user, and every command as the operator's") {
  CHECK(user_of("billing") == "billing");
  for (const auto* command : {"setup", "doctor", "status", "restore", "operator"}) CHECK(user_of(command) == kOperator);
}

TEST_CASE("the server's users are all roles and the operator, each with the password of its own") {
  const auto text = authorization_text(2, [](std::string_view user) { return Result<std::string>("secret of " + std::string(user)); });
  REQUIRE(text);
  for (const auto& use : role_uses()) {
    const std::string name(use.name);
    CHECK(text->find(R"({"user":")" + name + R"(","password":"secret of )" + name) != std::string::npos);
  }
  CHECK(text->find(R"({"user":"operator","password":"secret of operator"})") != std::string::npos);
  CHECK(text->find("orders.create.1") != std::string::npos);
  CHECK(text->find("orders.create.2") == std::string::npos);
}

TEST_CASE("without a password there are no users at all") {
  const auto text = authorization_text(1, [](std::string_view user) {
    return user == "identity" ? failure(FailureKind::unavailable, "cannot be read") : Result<std::string>("x");
  });
  REQUIRE(!text);
  CHECK(text.error().text == "cannot be read");
}
