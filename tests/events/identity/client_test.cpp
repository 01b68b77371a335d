#include "events/identity/client.hpp"

#include <deque>

#include <catch2/catch.hpp>

#include "events/identity/question_codec.hpp"

using namespace ordo;
using namespace ordo::identity;
using std::chrono::milliseconds;

namespace {

// Nothing sleeps: time goes on only when told, or when somebody pauses.
class TestPacing final : public Pacing {
 public:
  milliseconds now() override { return time; }
  void sleep(milliseconds pause) override {
    pauses.push_back(pause);
    time += pause;
  }
  double chance() override { return next_chance; }

  milliseconds time{1'000'000};
  double next_chance = 0.5;
  std::vector<milliseconds> pauses;
};

// Answers what the test has put in; afterwards, what it says last.
class ScriptedPort final : public log::RequestReply {
 public:
  Result<std::string> request(const std::string& subject, std::string question, milliseconds timeout) override {
    ++asked;
    last_question = std::move(question);
    last_subject = subject;
    last_timeout = timeout;
    if (script.size() <= 1) return script.front();
    auto answer = script.front();
    script.pop_front();
    return answer;
  }
  Result<std::vector<std::string>> request_all(const std::string&, std::string, milliseconds) override { return {}; }
  Result<std::unique_ptr<log::Service>> serve(log::ServiceOptions, log::Handler) override {
    return failure(FailureKind::unavailable, "not here");
  }

  std::deque<Result<std::string>> script;
  int asked = 0;
  std::string last_subject;
  std::string last_question;
  milliseconds last_timeout{0};
};

const UserId kUser = UserId::derived("test", {"ann"});
const Profile kProfile{.user_id = kUser, .username = "ann", .email = "ann@example.org", .locale = "ru", .channels = {"email"},
                       .roles = {"user"}, .created_at = {1}, .updated_at = {2}, .version = 3};

Result<std::string> away() { return failure(FailureKind::unavailable, "nobody serves"); }
Result<std::string> late() { return failure(FailureKind::timeout, "no answer"); }
Result<std::string> says(const Answer<Profile>& answer) { return encode(answer); }
Result<std::string> says_all(std::vector<Profile> profiles) { return encode(Answer<std::vector<Profile>>(std::move(profiles))); }

struct ClientFixture {
  ScriptedPort port;
  TestPacing pacing;
  IdentityClient client{port, {}, pacing};

  Result<std::optional<Profile>> contact(UserId user) { return contacts({user}).front(); }

  std::vector<Result<std::optional<Profile>>> contacts(const std::vector<UserId>& users) {
    std::vector<Result<std::optional<Profile>>> contacts;
    for (const auto& found : client.contacts(users)) {
      contacts.push_back(found.map([](const auto& profile) { return profile ? std::optional(*profile) : std::nullopt; }));
    }
    return contacts;
  }
};

}  // namespace

TEST_CASE("a profile comes back as it was said") {
  ClientFixture fixture;
  fixture.port.script = {says(kProfile)};
  CHECK(fixture.client.profile(kUser) == kProfile);
  CHECK(fixture.port.last_subject == "identity.profile.get");
  CHECK(fixture.port.last_timeout == milliseconds(2000));
}

TEST_CASE("a question that only reads is asked again, after growing pauses with jitter") {
  ClientFixture fixture;
  fixture.port.script = {away(), late(), says(kProfile)};
  CHECK(fixture.client.profile(kUser));
  CHECK(fixture.port.asked == 3);
  CHECK(fixture.pacing.pauses == std::vector{milliseconds(37), milliseconds(75)});
}

TEST_CASE("a question that only reads is given up after three attempts") {
  ClientFixture fixture;
  fixture.port.script = {late()};
  CHECK(fixture.client.profile_by_name("ann").error().reason == RefusalReason::timeout);
  CHECK(fixture.port.asked == 3);
}

TEST_CASE("a busy identity is asked again, and that is no outage") {
  ClientFixture fixture;
  fixture.port.script = {says(refuse(RefusalReason::busy))};
  for (int round = 0; round < 4; ++round) CHECK(fixture.client.profile(kUser).error().reason == RefusalReason::busy);
  CHECK(fixture.port.asked == 12);
  CHECK(fixture.client.breaker_state() == BreakerState::closed);
}

TEST_CASE("a registration, a login, a refresh and a change are asked for once") {
  for (const auto kind : {0, 1, 2, 3}) {
    ClientFixture fixture;
    fixture.port.script = {late()};
    const auto reason = kind == 0   ? fixture.client.register_user({}).error().reason
                        : kind == 1 ? fixture.client.login({}).error().reason
                        : kind == 2 ? fixture.client.refresh("x").error().reason
                                    : fixture.client.change_profile({.user_id = kUser}).error().reason;
    CHECK(reason == RefusalReason::timeout);
    CHECK(fixture.port.asked == 1);
    CHECK(fixture.port.last_timeout == milliseconds(kind < 2 ? 10'000 : 2'000));
  }
}

TEST_CASE("a refusal is final and comes with all its problems") {
  ClientFixture fixture;
  const Refusal refusal{RefusalReason::invalid, "no", {{"email", "none"}, {"phone", "short"}}};
  fixture.port.script = {says(tl::unexpected(refusal))};
  CHECK(fixture.client.profile(kUser).error() == refusal);
  CHECK(fixture.port.asked == 1);
}

TEST_CASE("after five failures in a row nobody is asked for two seconds, then one is") {
  ClientFixture fixture;
  fixture.port.script = {away()};
  for (int round = 0; round < 5; ++round) CHECK_FALSE(fixture.client.login({}));
  CHECK(fixture.client.breaker_state() == BreakerState::open);
  CHECK(fixture.client.login({}).error().reason == RefusalReason::unavailable);
  CHECK(fixture.port.asked == 5);

  fixture.pacing.time += milliseconds(2000);
  CHECK_FALSE(fixture.client.login({}));
  CHECK(fixture.port.asked == 6);
  CHECK(fixture.client.breaker_state() == BreakerState::open);

  fixture.pacing.time += milliseconds(2000);
  fixture.port.script = {says(kProfile)};
  CHECK(fixture.client.profile(kUser));
  CHECK(fixture.client.breaker_state() == BreakerState::closed);
}

TEST_CASE("an answer in between starts the count of failures anew") {
  ClientFixture fixture;
  for (int round = 0; round < 3; ++round) {
    fixture.port.script = {away(), away(), away(), away(), says(refuse(RefusalReason::invalid_credentials)), away()};
    for (int attempt = 0; attempt < 5; ++attempt) CHECK_FALSE(fixture.client.login({}));
  }
  CHECK(fixture.client.breaker_state() == BreakerState::closed);
}

TEST_CASE("while the breaker is half open, only one is let in") {
  CircuitBreaker breaker({.failures_max = 1, .open_time = milliseconds(10)});
  breaker.failed(milliseconds(0));
  CHECK_FALSE(breaker.allow(milliseconds(9)));
  CHECK(breaker.allow(milliseconds(10)));
  CHECK(breaker.state() == BreakerState::half_open);
  CHECK_FALSE(breaker.allow(milliseconds(10)));
  CHECK(breaker.allow(milliseconds(20)));  // nobody ever said how the first one went
  breaker.succeeded();
  CHECK(breaker.state() == BreakerState::closed);
}

TEST_CASE("a late success of one who had asked before does not close an open breaker") {
  CircuitBreaker breaker({.failures_max = 1});
  CHECK(breaker.allow(milliseconds(0)));
  CHECK(breaker.allow(milliseconds(0)));
  breaker.failed(milliseconds(0));
  breaker.succeeded();
  CHECK(breaker.state() == BreakerState::open);
}

TEST_CASE("contact data is remembered for a minute") {
  ClientFixture fixture;
  fixture.port.script = {says_all({kProfile})};
  CHECK(fixture.contact(kUser).value() == kProfile);
  fixture.pacing.time += milliseconds(59'999);
  CHECK(fixture.contact(kUser).value() == kProfile);
  CHECK(fixture.port.asked == 1);
  fixture.pacing.time += milliseconds(1);
  CHECK(fixture.contact(kUser).value() == kProfile);
  CHECK(fixture.port.asked == 2);
}

TEST_CASE("all who are not remembered are asked for at once, each once") {
  ClientFixture fixture;
  const auto bob = UserId::derived("test", {"bob"}), eve = UserId::derived("test", {"eve"});
  auto profile_of_bob = kProfile;
  profile_of_bob.user_id = bob;
  fixture.port.script = {says_all({kProfile}), says_all({profile_of_bob})};
  REQUIRE(fixture.contact(kUser));
  const auto found = fixture.contacts({bob, kUser, eve, bob});
  CHECK(fixture.port.asked == 2);
  CHECK(fixture.port.last_subject == "identity.profile.get_many");
  CHECK(decode_user_ids(fixture.port.last_question)->size() == 2);
  CHECK(found.at(0).value() == profile_of_bob);
  CHECK(found.at(1).value() == kProfile);
  CHECK(found.at(2).value() == std::nullopt);
  CHECK(found.at(3).value() == profile_of_bob);
}

TEST_CASE("who is remembered can be reached while identity is away") {
  ClientFixture fixture;
  fixture.port.script = {says_all({kProfile}), away()};
  REQUIRE(fixture.contact(kUser));
  const auto found = fixture.contacts({kUser, UserId::derived("test", {"bob"})});
  CHECK(found.at(0).value() == kProfile);
  CHECK(found.at(1).error().kind == FailureKind::unavailable);
}

TEST_CASE("a change is seen by the next letter of the same process") {
  ClientFixture fixture;
  auto changed = kProfile;
  changed.locale = "en";
  fixture.port.script = {says_all({kProfile}), says(changed), says_all({changed})};
  CHECK(fixture.contact(kUser).value()->locale == "ru");
  CHECK(fixture.client.change_profile({.user_id = kUser, .locale = "en"}));
  CHECK(fixture.contact(kUser).value()->locale == "en");
}

TEST_CASE("a user who is gone has no contact data, and an outage is no such answer") {
  ClientFixture fixture;
  fixture.port.script = {says_all({}), away()};
  CHECK(fixture.contact(kUser).value() == std::nullopt);
  CHECK(fixture.contact(kUser).error().kind == FailureKind::unavailable);
}

TEST_CASE("an answer that cannot be read counts as none") {
  ClientFixture fixture;
  fixture.port.script = {Result<std::string>("\xff"), Result<std::string>(""), Result<std::string>("\x08\x01")};
  CHECK(fixture.client.profile(kUser).error().reason == RefusalReason::unavailable);
  CHECK(fixture.port.asked == 3);
}

TEST_CASE("the cache never grows beyond its bound and keeps what is asked for") {
  BoundedCache<int, int> cache(100);
  for (int key = 0; key < 10'000; ++key) {
    cache.insert(key, key, milliseconds(10));
    CHECK(cache.find(0, milliseconds(0)) == 0);
  }
  CHECK(cache.size() <= 100);
  CHECK(cache.find(9'999, milliseconds(0)) == 9'999);
  CHECK(cache.find(5'000, milliseconds(0)) == std::nullopt);
  cache.erase(0);
  CHECK(cache.find(0, milliseconds(0)) == std::nullopt);
}
