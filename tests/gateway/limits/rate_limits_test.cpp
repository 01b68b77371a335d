#include "gateway/limits/rate_limits.hpp"

#include <catch2/catch.hpp>
#include <sodium.h>

using namespace ordo;
using namespace ordo::limits;

namespace {

const UserId kAnna = *UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057");

class StandingClock final : public Clock {
 public:
  Timestamp now() override { return {1'800'000'000'000}; }
};

// A gateway with three routes: for anybody, for users, and to log in.
class Door {
 public:
  explicit Door(const RateSettings& settings) : limits_(started(settings), clock_), router_(authenticate, workers_, limits_.meter()) {
    const auto add = [&](std::string pattern, http::Access access, http::Rated rated) {
      router_.add({.method = http::Method::get,
                   .pattern = std::move(pattern),
                   .handler = [](const http::Request&, http::Responder responder) { responder.answer(http::json_response(200, "{}")); },
                   .access = access,
                   .runs_on = http::RunsOn::reactor,
                   .rated = rated});
    };
    add("/open", http::Access::anyone, http::Rated::yes);
    add("/mine", http::Access::user, http::Rated::yes);
    add("/login", http::Access::anyone, http::Rated::strictly);
    add("/livez", http::Access::anyone, http::Rated::no);
  }

  http::Response ask(std::string path, std::string address, const std::string& bearer = "") {
    http::Request request;
    request.path = std::move(path);
    request.client_address = std::move(address);
    if (!bearer.empty()) request.headers = {{"Authorization", "Bearer " + bearer}};
    http::Response answered;
    http::Responder responder(request, [&](http::Response response) { answered = std::move(response); });
    router_.dispatch(std::move(request), std::move(responder));
    return answered;
  }

 private:
  static const RateSettings& started(const RateSettings& settings) {
    REQUIRE(sodium_init() >= 0);
    return settings;
  }
  static Result<http::Principal, http::AuthFailure> authenticate(std::string_view bearer) {
    if (bearer != "anna") return tl::unexpected(http::AuthFailure::invalid);
    return http::Principal{kAnna, "anna", {}};
  }

  StandingClock clock_;
  RateLimits limits_;
  http::WorkerPool workers_{1, 1};
  http::Router router_;
};

std::string field(const http::Response& response, std::string_view name) {
  const auto value = http::find_header(response.headers, name);
  return value ? std::string(*value) : "";
}

}  // namespace

TEST_CASE("an answer says by which policy it was counted, and what is left") {
  Door door({.user = {100, 60}, .address = {50, 60}, .login = {5, 60}});
  CHECK(field(door.ask("/open", "192.0.2.1"), "RateLimit-Policy") == R"("address";q=50;w=60)");
  CHECK(field(door.ask("/open", "192.0.2.1"), "RateLimit") == R"("address";r=48;t=60)");
  CHECK(field(door.ask("/mine", "192.0.2.1", "anna"), "RateLimit") == R"("default";r=99;t=60)");
  CHECK(field(door.ask("/login", "192.0.2.1"), "RateLimit") == R"("login";r=4;t=60)");
  CHECK(field(door.ask("/livez", "192.0.2.1"), "RateLimit").empty());
}

TEST_CASE("one request too many is told when to come again") {
  Door door({.address = {1, 60}});
  CHECK(door.ask("/open", "192.0.2.1").status == 200);
  const auto refused = door.ask("/open", "192.0.2.1");
  CHECK(refused.status == 429);
  CHECK(refused.body.find(R"("code":"rate_limited")") != std::string::npos);
  CHECK(field(refused, "Retry-After") == "60");
  CHECK(field(refused, "RateLimit") == R"("address";r=0;t=60)");
  CHECK(door.ask("/open", "192.0.2.2").status == 200);
}

TEST_CASE("a user is counted wherever he asks from, and his address as well") {
  Door door({.user = {2, 60}, .address = {100, 60}});
  CHECK(door.ask("/mine", "192.0.2.1", "anna").status == 200);
  CHECK(door.ask("/mine", "192.0.2.2", "anna").status == 200);
  CHECK(door.ask("/mine", "192.0.2.3", "anna").status == 429);
}

TEST_CASE("bad tokens and paths that there are not are counted by address") {
  Door door({.address = {3, 60}});
  CHECK(door.ask("/mine", "192.0.2.1", "guess").status == 401);
  CHECK(door.ask("/mine", "192.0.2.1").status == 401);
  CHECK(door.ask("/nowhere", "192.0.2.1").status == 404);
  CHECK(door.ask("/mine", "192.0.2.1", "guess").status == 429);
  CHECK(door.ask("/nowhere", "192.0.2.1").status == 429);
  CHECK(door.ask("/livez", "192.0.2.1").status == 200);
}

TEST_CASE("where there is no limit, nothing is said of one") {
  Door door({.user = {0, 60}, .address = {0, 60}, .login = {0, 60}});
  const auto answer = door.ask("/login", "192.0.2.1");
  CHECK(answer.status == 200);
  CHECK(field(answer, "RateLimit-Policy").empty());
}
