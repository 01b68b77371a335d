#include <catch2/catch.hpp>

#include "events/identity/events.hpp"
#include "events/identity/v1/identity.pb.h"
#include "tests/events/payloads.hpp"
#include "tests/golden/golden.hpp"

namespace ordo::identity {
namespace {

UserRegistered registered() { return {id_of<UserId>(2), kEuro}; }

template <class Change>
void require_damaged_by(const std::string& field, Change change) {
  const auto decoded = decode(changed<v1::UserRegistered>(encode(registered()), change));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
  CHECK_THAT(decoded.error().text, Catch::EndsWith("has no valid " + field));
}

}  // namespace

TEST_CASE("a UserRegistered of version 1 reads and writes as it always did") {
  const auto stored = golden::payload("identity", encode(registered()));
  CHECK(encode(registered()) == stored);
  CHECK(decode(stored) == registered());
  CHECK(decode(with_unknown_field(stored)) == registered());
}

TEST_CASE("what the log is told about a user is an id and a currency, nothing personal") {
  std::vector<std::string> names;
  for (int index = 0; index < v1::UserRegistered::descriptor()->field_count(); ++index) {
    names.push_back(v1::UserRegistered::descriptor()->field(index)->name());
  }
  CHECK(names == std::vector<std::string>{"user_id", "currency"});
}

TEST_CASE("a user event type that nobody knows is refused by name") {
  const auto decoded = decode({"UserRegistered.v2", ""});
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
  CHECK_THAT(decoded.error().text, Catch::Contains("UserRegistered.v2"));
}

TEST_CASE("a damaged UserRegistered is refused, and the field is named") {
  require_damaged_by("user_id", [](auto& message) { message.set_user_id("short"); });
  require_damaged_by("user_id", [](auto& message) { message.set_user_id(std::string(16, '\0')); });
  require_damaged_by("currency", [](auto& message) { message.clear_currency(); });
  CHECK_FALSE(decode({"UserRegistered.v1", "\x0A\x7F"}));
}

TEST_CASE("every UserRegistered that can be written is read as it was") {
  CHECK(rc::check("a round trip changes nothing", [] {
    const UserRegistered event{*any::id<UserId>(), *any::currency()};
    RC_ASSERT(decode(encode(event)) == event);
  }));
}

}  // namespace ordo::identity
