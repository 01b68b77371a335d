#include <catch2/catch.hpp>

#include <future>

#include "events/identity/question_codec.hpp"
#include "events/log/in_memory_request_reply.hpp"
#include "gateway/users/user_routes.hpp"

namespace ordo::identity {
namespace {

using http::Method;

const UserId kAnna = *UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057");
const UserId kBert = *UserId::parse("01890a5d-ac96-774b-bcce-b302099a8058");

Profile profile_of(UserId user, std::string name) {
  Profile profile;
  profile.user_id = user;
  profile.username = std::move(name);
  profile.email = "a@b.example";
  profile.locale = "en";
  profile.channels = {"email"};
  profile.roles = {"user"};
  profile.version = 2;
  return profile;
}

// The routes over an identity that answers what the test says.
class Served {
 public:
  Served() { add_routes(router_, client_, workers_); }

  void identity_answers(std::string_view subject, std::string answer) {
    services_.push_back(*requests_.serve({std::string(subject), "identity"}, [answer](const std::string&) { return answer; }));
  }

  http::Response ask(Method method, std::string path, std::string body = "", std::string_view bearer = "anna") {
    http::Request request;
    request.method = method;
    request.path = std::move(path);
    request.body = std::move(body);
    request.correlation_id = "c";
    request.headers = {{"Authorization", "Bearer " + std::string(bearer)}, {"Content-Type", "application/json"}};
    std::promise<http::Response> promise;
    http::Responder responder(request, [&](http::Response response) { promise.set_value(std::move(response)); });
    router_.dispatch(std::move(request), std::move(responder));
    auto answer = promise.get_future();
    REQUIRE(answer.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
    return answer.get();
  }

 private:
  static Result<http::Principal, http::AuthFailure> authenticate(std::string_view bearer) {
    return http::Principal{kAnna, std::string(bearer), bearer == "root" ? std::vector<std::string>{"admin"} : std::vector<std::string>{}};
  }

  log::InMemoryRequestReply requests_;
  std::vector<std::unique_ptr<log::Service>> services_;
  IdentityClient client_{requests_};
  http::WorkerPool workers_{2, 10};
  http::Router router_{authenticate, workers_};
};

constexpr auto* kGoodUser = R"({"username":"anna","password":"long enough","email":"a@b.example"})";

}  // namespace

TEST_CASE("what identity answers becomes the contract's answer") {
  struct Row {
    Refusal refusal;
    int status;
    std::string code;
  };
  const auto row = GENERATE(Row{{RefusalReason::username_taken, "", {}}, 409, "username_taken"},
                            Row{{RefusalReason::invalid, "", {{"password", "too short"}}}, 422, "validation_failed"},
                            Row{{RefusalReason::busy, "", {}}, 503, "overloaded"},
                            Row{{RefusalReason::unavailable, "", {}}, 503, "unavailable"});
  Served served;
  served.identity_answers(kRegisterSubject, encode(Answer<Profile>(tl::unexpected(row.refusal))));
  const auto answer = served.ask(Method::post, "/api/auth/register", kGoodUser);
  REQUIRE(answer.status == row.status);
  REQUIRE(answer.body.find("\"code\":\"" + row.code + '"') != std::string::npos);
  REQUIRE(http::find_header(answer.headers, "Retry-After").has_value() == (row.status == 503));
  REQUIRE((answer.body.find("\"/password\"") != std::string::npos) == (row.status == 422));
}

TEST_CASE("a registration answers 201 with id and name, and nothing else of the person") {
  Served served;
  served.identity_answers(kRegisterSubject, encode(Answer<Profile>(profile_of(kAnna, "anna"))));
  const auto answer = served.ask(Method::post, "/api/auth/register", kGoodUser);
  REQUIRE(answer.status == 201);
  REQUIRE(answer.body == R"({"user_id":"01890a5d-ac96-774b-bcce-b302099a8057","username":"anna"})");
}

TEST_CASE("a log-in answers tokens that no cache may keep, or 401") {
  Served served;
  SECTION("right") {
    served.identity_answers(kLoginSubject, encode(Answer<Tokens>(Tokens{"access", std::chrono::seconds(900), "refresh"})));
    const auto answer = served.ask(Method::post, "/api/auth/login", R"({"username":"anna","password":"p"})");
    REQUIRE(answer.status == 200);
    REQUIRE(answer.body == R"({"access_token":"access","token_type":"Bearer","expires_in":900,"refresh_token":"refresh"})");
    REQUIRE(http::find_header(answer.headers, "Cache-Control") == "no-store");
  }
  SECTION("wrong") {
    served.identity_answers(kLoginSubject, encode(Answer<Tokens>(refuse(RefusalReason::invalid_credentials))));
    const auto answer = served.ask(Method::post, "/api/auth/login", R"({"username":"anna","password":"p"})");
    REQUIRE(answer.status == 401);
    REQUIRE(http::find_header(answer.headers, "WWW-Authenticate"));
  }
}

TEST_CASE("who guesses too often is told when to come again") {
  Served served;
  served.identity_answers(kLoginSubject, encode(Answer<Tokens>(tl::unexpected(
                                             Refusal{RefusalReason::too_many_guesses, "", {}, std::chrono::seconds(37)}))));
  const auto answer = served.ask(Method::post, "/api/auth/login", R"({"username":"anna","password":"p"})");
  REQUIRE(answer.status == 429);
  REQUIRE(http::find_header(answer.headers, "Retry-After") == "37");
}

TEST_CASE("while identity is away its routes say when to come again") {
  Served served;
  const auto answer = served.ask(Method::post, "/api/auth/login", R"({"username":"anna","password":"p"})");
  REQUIRE(answer.status == 503);
  REQUIRE(http::find_header(answer.headers, "Retry-After"));
}

TEST_CASE("a profile by name is shown to its owner and to admins; to others it is not there") {
  Served served;
  served.identity_answers(kProfileByNameSubject, encode(Answer<Profile>(profile_of(kBert, "bert"))));
  REQUIRE(served.ask(Method::get, "/api/users/bert").status == 404);
  REQUIRE(served.ask(Method::get, "/api/users/bert", "", "root").status == 200);
}

TEST_CASE("who wants to be forgotten is answered when it is done") {
  Served served;
  served.identity_answers(kForgetSubject, encode(Answer<void>()));
  REQUIRE(served.ask(Method::remove, "/api/users/me").status == 204);
}

TEST_CASE("a change of the password is asked for apart from one of the profile") {
  Served served;
  served.identity_answers(kPasswordChangeSubject, encode(Answer<Profile>(profile_of(kAnna, "anna"))));
  REQUIRE(served.ask(Method::patch, "/api/users/me", R"({"current_password":"p","new_password":"long enough"})").status == 200);
  REQUIRE(served.ask(Method::patch, "/api/users/me", R"({"locale":"ru"})").status == 503);
}

TEST_CASE("one's own profile has a tag") {
  Served served;
  served.identity_answers(kProfileSubject, encode(Answer<Profile>(profile_of(kAnna, "anna"))));
  const auto answer = served.ask(Method::get, "/api/users/me");
  REQUIRE(answer.status == 200);
  REQUIRE(http::find_header(answer.headers, "ETag") == "\"01890a5d-ac96-774b-bcce-b302099a8057-2\"");
}

}  // namespace ordo::identity
