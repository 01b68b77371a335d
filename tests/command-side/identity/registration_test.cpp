#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "events/identity/events.hpp"
#include "tests/command-side/identity/identity_fixture.hpp"

using namespace ordo;
using namespace ordo::identity;
using namespace ordo::tests;

TEST_CASE("a registration makes the user and the event that tells of it, with its trace") {
  IdentityFixture fixture;
  const auto profile = fixture.registration.register_user(ann());
  REQUIRE(profile);
  CHECK(profile->roles == std::vector<std::string>{"user"});
  CHECK(profile->channels == std::vector<std::string>{"email"});
  CHECK(fixture.profiles.of(profile->user_id) == *profile);
  CHECK(fixture.profiles.by_name("ANN") == *profile);

  const auto rows = must(fixture.pool.execute("SELECT type, payload, user_id, correlation_id, traceparent FROM identity.outbox"));
  REQUIRE(rows.size() == 1);
  const auto event = must(decode({rows[0].get<std::string>(0), rows[0].bytes(1)}));
  CHECK(event == UserRegistered{profile->user_id, *Currency::parse("EUR")});
  CHECK(rows[0].get<UserId>(2) == profile->user_id);
  CHECK(rows[0].get<std::string>(3) == "registration-1");
  CHECK(rows[0].get<std::string>(4) == "00-1-2-01");
}

TEST_CASE("a username is taken in capitals too, and then nothing is written") {
  IdentityFixture fixture;
  REQUIRE(fixture.registration.register_user(ann()));
  auto other = ann();
  other.username = "aNN";
  const auto refused = fixture.registration.register_user(other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == RefusalReason::username_taken);
  CHECK(fixture.count("users") == 1);
  CHECK(fixture.count("outbox") == 1);
}

TEST_CASE("of many who want one name at once, one gets it") {
  IdentityFixture fixture;
  std::atomic<int> registered = 0;
  std::atomic<int> taken = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 6; ++thread) {
      threads.emplace_back([&] {
        const auto answer = fixture.registration.register_user(ann());
        if (answer) ++registered;
        else if (answer.error().reason == RefusalReason::username_taken) ++taken;
      });
    }
  }
  CHECK(registered == 1);
  CHECK(taken == 5);
  CHECK(fixture.count("outbox") == 1);
}

TEST_CASE("a registration that breaks rules is told all of them") {
  IdentityFixture fixture;
  const auto refused = fixture.registration.register_user({.username = "x", .password = "y", .email = "z"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == RefusalReason::invalid);
  CHECK(refused.error().problems.size() == 3);
  CHECK(fixture.count("users") == 0);
}

TEST_CASE("a change touches what it names, and counts the version on") {
  IdentityFixture fixture;
  const auto before = fixture.registration.register_user(ann()).value();
  fixture.clock.time.unix_ms += 5000;
  const auto after = fixture.profiles.change({.user_id = before.user_id, .email = "new@example.org", .phone = ""}).value();
  auto expected = before;
  expected.email = "new@example.org";
  expected.phone = "";
  expected.updated_at = fixture.clock.time;
  expected.version = 2;
  CHECK(after == expected);
  const auto silent = fixture.profiles.change({.user_id = before.user_id, .channels = std::vector<std::string>{}});
  CHECK(silent->channels.empty());
}

TEST_CASE("a user that is not there is not found, and is not changed") {
  IdentityFixture fixture;
  CHECK(fixture.profiles.of(UserId::random()).error().reason == RefusalReason::not_found);
  CHECK(fixture.profiles.by_name("nobody").error().reason == RefusalReason::not_found);
  CHECK(fixture.profiles.change({.user_id = UserId::random(), .locale = "en"}).error().reason == RefusalReason::not_found);
}

TEST_CASE("while the database is away, identity says unavailable, and then works on") {
  IdentityFixture fixture;
  const auto user = fixture.registration.register_user(ann())->user_id;
  fixture.database.kill_connections();
  CHECK(fixture.profiles.of(user).error().reason == RefusalReason::unavailable);
  CHECK(fixture.profiles.of(user));
}
