#include "command-side/identity/guess_limits.hpp"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/command-side/identity/identity_fixture.hpp"

using namespace ordo;
using namespace ordo::identity;
using namespace ordo::tests;

namespace {

RefusalReason reason_of(const Answer<Tokens>& answer) {
  REQUIRE_FALSE(answer);
  return answer.error().reason;
}

struct GuessFixture : IdentityFixture {
  GuessFixture() { REQUIRE(registration.register_user(ann())); }

  void guess_wrong(int times, const std::string& name, const std::string& address) {
    for (int guess = 0; guess < times; ++guess) {
      CHECK(reason_of(sessions.login({name, "wrong", address})) == RefusalReason::invalid_credentials);
    }
  }
};

}  // namespace

TEST_CASE("ten failed log-ins of an account lock it for the rest of their minute, for the right password too") {
  GuessFixture fixture;
  for (int guess = 0; guess < 10; ++guess) fixture.guess_wrong(1, guess % 2 == 0 ? "ann" : "ANN", "192.0.2." + std::to_string(guess));
  fixture.clock.time.unix_ms += 59'001;
  const auto wrong = fixture.sessions.login({"ann", "wrong", "192.0.2.100"});
  const auto right = fixture.sessions.login({"ann", "correct horse", "192.0.2.100"});
  REQUIRE(reason_of(wrong) == RefusalReason::too_many_guesses);
  CHECK(wrong.error() == right.error());
  CHECK(wrong.error().retry_after == std::chrono::seconds(1));
  fixture.clock.time.unix_ms += 999;
  CHECK(fixture.sessions.login({"ann", "correct horse", "192.0.2.100"}));
}

TEST_CASE("a name that belongs to nobody is locked like any other") {
  GuessFixture fixture;
  for (int guess = 0; guess < 10; ++guess) fixture.guess_wrong(1, "nobody", "192.0.2." + std::to_string(guess));
  CHECK(reason_of(fixture.sessions.login({"nobody", "wrong", "192.0.2.100"})) == RefusalReason::too_many_guesses);
  CHECK(fixture.sessions.login({"ann", "correct horse", "192.0.2.100"}));
}

TEST_CASE("ten failed log-ins from an address lock it, whatever names it tried, and no other address") {
  GuessFixture fixture;
  for (int guess = 0; guess < 10; ++guess) fixture.guess_wrong(1, "user" + std::to_string(guess), "192.0.2.1");
  CHECK(reason_of(fixture.sessions.login({"ann", "correct horse", "192.0.2.1"})) == RefusalReason::too_many_guesses);
  CHECK(fixture.sessions.login({"ann", "correct horse", "192.0.2.2"}));
  CHECK(fixture.sessions.login({"ann", "correct horse", ""}));
}

TEST_CASE("who knows the password is never locked out by logging in often") {
  GuessFixture fixture;
  for (int times = 0; times < 25; ++times) CHECK(fixture.sessions.login({"ann", "correct horse", "192.0.2.1"}));
}

TEST_CASE("of many guesses at once no more are looked at than one by one") {
  GuessFixture fixture;
  std::atomic<int> looked_at = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 6; ++thread) {
      threads.emplace_back([&] {
        for (int guess = 0; guess < 5; ++guess) {
          looked_at += fixture.sessions.login({"ann", "wrong", ""}).error().reason == RefusalReason::invalid_credentials ? 1 : 0;
        }
      });
    }
  }
  CHECK(looked_at == 10);
}

TEST_CASE("a wrong current password counts as a guess") {
  GuessFixture fixture;
  const auto user = fixture.profiles.by_name("ann")->user_id;
  for (int guess = 0; guess < 10; ++guess) {
    CHECK(fixture.sessions.change_password({user, "wrong", "another horse"}).error().reason == RefusalReason::invalid);
  }
  CHECK(fixture.sessions.change_password({user, "correct horse", "another horse"}).error().reason == RefusalReason::too_many_guesses);
}

TEST_CASE("windows that are over leave the table, and no name stands in it") {
  GuessFixture fixture;
  fixture.guess_wrong(3, "bobby", "192.0.2.1");
  CHECK(fixture.count("guesses") == 2);
  CHECK(must(fixture.pool.execute("SELECT count(*) FROM identity.guesses g WHERE g::text LIKE '%bobby%'"))[0].get<std::int64_t>(0) == 0);
  fixture.clock.time.unix_ms += 60'000;
  fixture.guess_wrong(1, "cyd", "");
  CHECK(fixture.count("guesses") == 1);
}

TEST_CASE("limits of 0 are none") {
  GuessFixture fixture;
  Sessions open(fixture.pool, fixture.hashing, must(TokenSigner::open(fixture.keys.private_pem)), fixture.clock,
                [](Hurry, std::chrono::milliseconds) {}, {.guesses = {.per_account = 0, .per_address = 0}});
  for (int guess = 0; guess < 12; ++guess) {
    CHECK(reason_of(open.login({"ann", "wrong", "192.0.2.1"})) == RefusalReason::invalid_credentials);
  }
}
