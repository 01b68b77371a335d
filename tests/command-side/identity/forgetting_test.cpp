#include "command-side/identity/forgetting.hpp"

#include <thread>

#include <catch2/catch.hpp>

#include "tests/command-side/identity/identity_fixture.hpp"

using namespace ordo;
using namespace ordo::identity;
using namespace ordo::tests;

namespace {

NewUser named(const std::string& name) {
  auto user = ann();
  user.username = name;
  return user;
}

}  // namespace

TEST_CASE("nothing of a forgotten person is left in identity's tables but the id") {
  IdentityFixture fixture;
  const auto user = fixture.registration.register_user(ann()).value().user_id;
  const auto tokens = fixture.sessions.login({"ann", "correct horse"}).value();
  REQUIRE(fixture.forgetting.forget(user));

  CHECK(fixture.count("users") == 0);
  CHECK(fixture.count("refresh_tokens") == 0);
  CHECK(fixture.profiles.by_name("ann").error().reason == RefusalReason::not_found);
  CHECK(fixture.profiles.of(user).error().reason == RefusalReason::not_found);
  CHECK(fixture.sessions.refresh(tokens.refresh_token).error().reason == RefusalReason::invalid_credentials);
  CHECK(fixture.sessions.login({"ann", "correct horse"}).error().reason == RefusalReason::invalid_credentials);
  CHECK(fixture.forgetting.forget(user).error().reason == RefusalReason::not_found);
}

TEST_CASE("a forgotten name may be taken by somebody else, who is another") {
  IdentityFixture fixture;
  const auto before = fixture.registration.register_user(ann()).value().user_id;
  REQUIRE(fixture.forgetting.forget(before));
  CHECK(fixture.registration.register_user(ann()).value().user_id != before);
}

TEST_CASE("who asks again from where he was is told of everybody who went since, once") {
  IdentityFixture fixture;
  std::vector<UserId> users;
  for (const auto* name : {"ann", "bob", "cyd"}) users.push_back(fixture.registration.register_user(named(name)).value().user_id);
  REQUIRE(fixture.forgetting.forget(users[0]));
  const auto first = fixture.forgetting.after(0).value();
  CHECK(first.users == std::vector{users[0]});
  {
    std::vector<std::jthread> threads;
    for (const auto user : {users[1], users[2]}) threads.emplace_back([&fixture, user] { CHECK(fixture.forgetting.forget(user)); });
  }
  const auto rest = fixture.forgetting.after(first.place).value();
  CHECK(rest.users.size() == 2);
  CHECK(fixture.forgetting.after(rest.place).value() == Forgotten{{}, rest.place});
}

TEST_CASE("an id is remembered as gone until no token of it can be good, and places go on rising") {
  IdentityFixture fixture;
  const auto one = fixture.registration.register_user(named("ann")).value().user_id;
  const auto other = fixture.registration.register_user(named("bob")).value().user_id;
  REQUIRE(fixture.forgetting.forget(one));
  const auto place = fixture.forgetting.after(0)->place;
  fixture.clock.time.unix_ms += std::chrono::milliseconds(std::chrono::hours(2)).count();
  REQUIRE(fixture.forgetting.forget(other));
  CHECK(fixture.forgetting.after(0)->users == std::vector{other});
  CHECK(fixture.forgetting.after(0)->place > place);
}
