// The client's questions, answered by the service.

#include "command-side/identity/service.hpp"

#include <future>

#include <catch2/catch.hpp>

#include "events/identity/client.hpp"
#include "events/identity/forgotten_watch.hpp"
#include "events/identity/question_codec.hpp"
#include "events/log/in_memory_request_reply.hpp"
#include "tests/command-side/identity/identity_fixture.hpp"

using namespace ordo;
using namespace ordo::identity;
using namespace ordo::tests;

namespace {

struct ServedIdentity : IdentityFixture {
  log::InMemoryRequestReply port;
  Services services = serve_identity(port, registration, sessions, profiles, forgetting).value();
  IdentityClient client{port};
};

Result<std::shared_ptr<const Profile>> contact(IdentityClient& client, UserId user) { return client.contacts(std::span(&user, 1)).front(); }

}  // namespace

TEST_CASE("a user registers, logs in, changes the profile, and logs out over request and reply") {
  ServedIdentity identity;
  const auto registered = identity.client.register_user(ann());
  REQUIRE(registered);
  CHECK(identity.client.profile(registered->user_id) == *registered);
  CHECK(identity.client.profile_by_name("ann") == *registered);
  CHECK(identity.client.register_user(ann()).error().reason == RefusalReason::username_taken);

  const auto tokens = identity.client.login({"Ann", "correct horse"});
  REQUIRE(tokens);
  CHECK(identity.token_check.check(tokens->access_token)->user_id == registered->user_id);
  CHECK(identity.client.login({"Ann", "wrong"}).error().reason == RefusalReason::invalid_credentials);

  const auto next = identity.client.refresh(tokens->refresh_token);
  REQUIRE(next);
  CHECK(identity.client.logout(next->refresh_token));
  CHECK(identity.client.refresh(next->refresh_token).error().reason == RefusalReason::invalid_credentials);

  const auto changed = identity.client.change_profile({.user_id = registered->user_id, .locale = "en"});
  REQUIRE(changed);
  CHECK(changed->locale == "en");
  CHECK(contact(identity.client, registered->user_id).value()->locale == "en");
}

TEST_CASE("a password is changed, and a user is forgotten, over request and reply") {
  ServedIdentity identity;
  const auto user = identity.client.register_user(ann()).value().user_id;
  CHECK(identity.client.change_password({user, "wrong", "another horse"}).error().problems.at(0).field == "current_password");
  CHECK(identity.client.change_password({user, "correct horse", "another horse"})->version == 2);
  REQUIRE(identity.client.login({"ann", "another horse"}));
  REQUIRE(contact(identity.client, user).value());

  CHECK(identity.client.forget(user));
  CHECK(contact(identity.client, user).value() == nullptr);
  CHECK(identity.client.forgotten_after(0) == Forgotten{{user}, 1});
  CHECK(identity.client.forgotten_after(1) == Forgotten{{}, 1});
  CHECK(identity.client.forget(user).error().reason == RefusalReason::not_found);
}

TEST_CASE("whoever remembers an address is told that its user is gone") {
  ServedIdentity identity;
  const auto user = identity.client.register_user(ann()).value().user_id;
  IdentityClient notifications(identity.port);
  REQUIRE(contact(notifications, user).value());
  std::promise<UserId> gone;
  const ForgottenWatch watch(notifications, [&](UserId who) { gone.set_value(who); }, std::chrono::milliseconds(1));
  REQUIRE(identity.client.forget(user));
  auto told = gone.get_future();
  REQUIRE(told.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK(told.get() == user);
  CHECK(contact(notifications, user).value() == nullptr);
}

TEST_CASE("every broken rule comes back to who asked") {
  ServedIdentity identity;
  const auto refused = identity.client.register_user({.username = "?", .password = "short", .email = "x"});
  REQUIRE_FALSE(refused);
  std::vector<std::string> fields;
  for (const auto& problem : refused.error().problems) fields.push_back(problem.field);
  CHECK(fields == std::vector<std::string>{"username", "password", "email"});
}

TEST_CASE("a question that cannot be read is refused") {
  ServedIdentity identity;
  for (const auto subject : {kRegisterSubject, kProfileSubject, kProfilesSubject, kProfileChangeSubject}) {
    const auto reply = identity.port.request(std::string(subject), "\xff\xff", std::chrono::seconds(1));
    REQUIRE(reply);
    CHECK(decode_profile(*reply).error().reason == RefusalReason::invalid);
  }
}
