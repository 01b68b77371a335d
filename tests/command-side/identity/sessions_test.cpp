#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/command-side/identity/identity_fixture.hpp"

using namespace ordo;
using namespace ordo::identity;
using namespace ordo::tests;

namespace {

bool refused(const Answer<Tokens>& answer) {
  return !answer && answer.error().reason == RefusalReason::invalid_credentials;
}

Tokens log_in(IdentityFixture& fixture) {
  REQUIRE(fixture.registration.register_user(ann()));
  return fixture.sessions.login({"ann", "correct horse"}).value();
}

}  // namespace

TEST_CASE("who logs in gets a token that says who they are, for an hour") {
  IdentityFixture fixture;
  const auto tokens = log_in(fixture);
  CHECK(tokens.expires_in == std::chrono::hours(1));
  const auto claims = fixture.token_check.check(tokens.access_token);
  REQUIRE(claims);
  CHECK(claims->username == "Ann");
  CHECK(claims->roles == std::vector<std::string>{"user"});
  CHECK(claims->user_id == fixture.profiles.by_name("ann")->user_id);
  CHECK(claims->expires.unix_ms == fixture.clock.time.unix_ms + 3'600'000);
}

TEST_CASE("a token is given when the log has heard of its user, and not before") {
  IdentityFixture fixture;
  const auto user = fixture.registration.register_user(ann()).value().user_id;
  const log::StreamName stream{log::StreamKind::users, log::partition_of(user, 4)};
  REQUIRE(must(fixture.log.bounds(stream)).last_sequence == 0);
  SECTION("who logs in before waits for it") {
    REQUIRE(fixture.sessions.login({"ann", "correct horse"}));
    CHECK(must(fixture.log.bounds(stream)).last_sequence == 1);
  }
  SECTION("when it does not come in time, the log-in is put off, and nothing is given") {
    int hurried = 0;
    Sessions impatient(fixture.pool, fixture.hashing, must(TokenSigner::open(fixture.keys.private_pem)), fixture.clock,
                       [&](Hurry hurry, std::chrono::milliseconds) { hurried += hurry == Hurry::yes ? 1 : 0; },
                       {.registration_waited_for_max = std::chrono::milliseconds(50)});
    const auto answer = impatient.login({"ann", "correct horse"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().reason == RefusalReason::busy);
    CHECK(hurried == 1);
    CHECK(fixture.count("refresh_tokens") == 0);
  }
}

TEST_CASE("an unknown user and a wrong password are answered alike") {
  IdentityFixture fixture;
  REQUIRE(fixture.registration.register_user(ann()));
  const auto wrong = fixture.sessions.login({"ann", "wrong"});
  const auto unknown = fixture.sessions.login({"bob", "correct horse"});
  REQUIRE(refused(wrong));
  REQUIRE(refused(unknown));
  CHECK(wrong.error() == unknown.error());
}

TEST_CASE("a refresh token is good once, and the next one follows") {
  IdentityFixture fixture;
  const auto first = log_in(fixture);
  const auto second = fixture.sessions.refresh(first.refresh_token);
  REQUIRE(second);
  CHECK(second->refresh_token != first.refresh_token);
  CHECK(fixture.token_check.check(second->access_token));
  CHECK(fixture.sessions.refresh(second->refresh_token));
}

TEST_CASE("a refresh token that comes a second time revokes its family, and no other") {
  IdentityFixture fixture;
  const auto first = log_in(fixture);
  const auto elsewhere = fixture.sessions.login({"ann", "correct horse"}).value();
  const auto second = fixture.sessions.refresh(first.refresh_token).value();
  CHECK(refused(fixture.sessions.refresh(first.refresh_token)));
  CHECK(refused(fixture.sessions.refresh(second.refresh_token)));
  CHECK(fixture.sessions.refresh(elsewhere.refresh_token));
}

TEST_CASE("of many who use one refresh token at once, at most one succeeds") {
  IdentityFixture fixture;
  const auto tokens = log_in(fixture);
  std::atomic<int> succeeded = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 5; ++thread) {
      threads.emplace_back([&] { succeeded += fixture.sessions.refresh(tokens.refresh_token) ? 1 : 0; });
    }
  }
  CHECK(succeeded == 1);
  CHECK(fixture.count("refresh_tokens") == 0);
}

TEST_CASE("a refresh token dies after its time, and goes with the next login") {
  IdentityFixture fixture;
  const auto tokens = log_in(fixture);
  fixture.clock.time.unix_ms += std::chrono::milliseconds(std::chrono::days(30)).count();
  CHECK(refused(fixture.sessions.refresh(tokens.refresh_token)));
  REQUIRE(fixture.sessions.login({"ann", "correct horse"}));
  CHECK(fixture.count("refresh_tokens") == 1);
}

TEST_CASE("after logging out, no token of the family works, and doing it again is no harm") {
  IdentityFixture fixture;
  const auto first = log_in(fixture);
  const auto second = fixture.sessions.refresh(first.refresh_token).value();
  CHECK(fixture.sessions.logout(second.refresh_token));
  CHECK(fixture.sessions.logout(second.refresh_token));
  CHECK(fixture.sessions.logout("never seen"));
  CHECK(refused(fixture.sessions.refresh(second.refresh_token)));
}

TEST_CASE("nobody finds tokens or passwords in the tables") {
  IdentityFixture fixture;
  const auto tokens = log_in(fixture);
  const auto rows = must(fixture.pool.execute(
      "SELECT (SELECT string_agg(t::text, ' ') FROM identity.refresh_tokens t) || (SELECT string_agg(u::text, ' ') FROM identity.users u)"));
  const auto all = rows[0].get<std::string>(0);
  CHECK(all.find(tokens.refresh_token) == std::string::npos);
  CHECK(all.find("correct horse") == std::string::npos);
}

TEST_CASE("a refresh token is no access token") {
  IdentityFixture fixture;
  const auto tokens = log_in(fixture);
  CHECK(fixture.token_check.check(tokens.refresh_token).error() == TokenProblem::malformed);
  CHECK(refused(fixture.sessions.refresh(tokens.access_token)));
}

TEST_CASE("a changed password ends every session, and only the new one is good") {
  IdentityFixture fixture;
  const auto here = log_in(fixture);
  const auto elsewhere = fixture.sessions.login({"ann", "correct horse"}).value();
  const auto user = fixture.profiles.by_name("ann")->user_id;
  REQUIRE(fixture.sessions.change_password({user, "correct horse", "another horse"}));
  CHECK(refused(fixture.sessions.refresh(here.refresh_token)));
  CHECK(refused(fixture.sessions.refresh(elsewhere.refresh_token)));
  CHECK(refused(fixture.sessions.login({"ann", "correct horse"})));
  CHECK(fixture.sessions.login({"ann", "another horse"}));
}

TEST_CASE("a password is changed only by who knows the one before, and to a good one") {
  IdentityFixture fixture;
  const auto tokens = log_in(fixture);
  const auto user = fixture.profiles.by_name("ann")->user_id;
  for (const auto& [change, field] : {std::pair{PasswordChange{user, "wrong", "another horse"}, "current_password"},
                                      std::pair{PasswordChange{user, "correct horse", "short"}, "new_password"},
                                      std::pair{PasswordChange{user, "correct horse", "correct horse"}, "new_password"}}) {
    const auto answer = fixture.sessions.change_password(change);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().reason == RefusalReason::invalid);
    CHECK(answer.error().problems.at(0).field == field);
  }
  CHECK(fixture.sessions.refresh(tokens.refresh_token));
}

TEST_CASE("of many who change a password at once, one succeeds, and no session of the old one is left") {
  IdentityFixture fixture;
  REQUIRE(fixture.registration.register_user(ann()));
  const auto user = fixture.profiles.by_name("ann")->user_id;
  std::atomic<int> succeeded = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 3; ++thread) {
      threads.emplace_back([&, thread] {
        succeeded += fixture.sessions.change_password({user, "correct horse", "another horse " + std::to_string(thread)}) ? 1 : 0;
      });
      threads.emplace_back([&] { (void)fixture.sessions.login({"ann", "correct horse"}); });
    }
  }
  CHECK(succeeded == 1);
  CHECK(fixture.count("refresh_tokens") == 0);
}
