#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>

#include "gateway/http/router.hpp"

using namespace ordo;
using namespace ordo::http;

namespace {

const UserId kAnna = *UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057");

Result<Principal, AuthFailure> authenticate(std::string_view bearer) {
  if (bearer == "anna") return Principal{kAnna, "anna", {"user"}};
  if (bearer == "root") return Principal{kAnna, "root", {"user", "admin"}};
  return tl::unexpected<AuthFailure>(bearer == "old" ? AuthFailure::expired : AuthFailure::invalid);
}

// Answers with the name of the route and what it saw.
Handler echo(std::string name) {
  return [name = std::move(name)](Request request, Responder responder) {
    std::string seen = name;
    for (const Parameter& parameter : request.path_parameters) seen += ' ' + parameter.name + '=' + parameter.value;
    if (request.principal) seen += " by " + request.principal->username;
    if (request.idempotency_key) seen += " key " + *request.idempotency_key;
    if (request.prefer_wait) seen += " wait " + std::to_string(request.prefer_wait->count());
    responder.answer(json_response(200, seen));
  };
}

class Table {
 public:
  Table() : pool_(1, 10), router_(authenticate, pool_) {
    add({.method = Method::get, .pattern = "/livez", .handler = echo("livez"), .access = Access::anyone});
    add({.method = Method::get, .pattern = "/api/users/{username}", .handler = echo("user")});
    add({.method = Method::get, .pattern = "/api/users/me", .handler = echo("me")});
    add({.method = Method::patch, .pattern = "/api/users/me", .handler = echo("patch")});
    add({.method = Method::get, .pattern = "/api/orders", .handler = echo("list")});
    add({.method = Method::post, .pattern = "/api/orders", .handler = echo("create"), .command = true});
    add({.method = Method::get, .pattern = "/api/all", .handler = echo("all"), .access = Access::admin});
    add({.method = Method::get,
         .pattern = "/throws",
         .handler = [](Request, Responder) { throw std::runtime_error("secret"); },
         .access = Access::anyone});
  }

  Response ask(Method method, std::string target, Headers headers = {}, std::string body = "") {
    Request request;
    request.method = method;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query_text = target.substr(question + 1);
    request.headers = std::move(headers);
    request.body = std::move(body);
    request.correlation_id = "abc";
    Response answered;
    answered.status = 0;
    Responder responder(request, [&](Response response) { answered = std::move(response); });
    router_.dispatch(std::move(request), std::move(responder));
    return answered;
  }

  Response ask_as_anna(Method method, std::string target, Headers headers = {}, std::string body = "") {
    headers.push_back({"Authorization", "bearer anna"});
    return ask(method, std::move(target), std::move(headers), std::move(body));
  }

 private:
  void add(Route route) {
    route.runs_on = RunsOn::reactor;
    router_.add(std::move(route));
  }

  WorkerPool pool_;
  Router router_;
};

// What a router told of one request.
std::vector<Observed> observed_of(Method method, const std::string& path) {
  WorkerPool pool(1, 10);
  Router router(authenticate, pool);
  router.add({.method = Method::get, .pattern = "/api/orders/{id}", .handler = echo("order"), .runs_on = RunsOn::reactor});
  std::vector<Observed> told;
  router.observe([&](const Observed& observed) {
    CHECK((observed.pattern.empty() || observed.pattern == "/api/orders/{id}"));
    told.push_back(observed);
  });
  Request request;
  request.method = method;
  request.path = path;
  Responder responder(request, [](const Response&) {});
  router.dispatch(std::move(request), std::move(responder));
  return told;
}

std::string code_of(const Response& response) {
  const auto at = response.body.find("\"code\":\"");
  if (at == std::string::npos) return "";
  const auto start = at + 8;
  return response.body.substr(start, response.body.find('"', start) - start);
}

const Headers kJson{{"Content-Type", "application/json; charset=utf-8"}};

}  // namespace

TEST_CASE("a request reaches the closest route, with decoded parameters") {
  Table table;
  CHECK(table.ask(Method::get, "/livez").body == "livez");
  CHECK(table.ask_as_anna(Method::get, "/api/users/me").body == "me by anna");
  CHECK(table.ask_as_anna(Method::get, "/api/users/J%C3%BCrgen").body == "user username=Jürgen by anna");
  CHECK(table.ask_as_anna(Method::get, "/api/%75sers/me").body == "me by anna");
  CHECK(table.ask_as_anna(Method::head, "/api/users/me").body == "me by anna");
}

TEST_CASE("what is not in the table is 404") {
  Table table;
  for (const char* path :
       {"/", "/api", "/api/orders/", "/api//orders", "/API/orders", "/api/users/", "/api/users/a/b", "*"}) {
    CAPTURE(path);
    const Response response = table.ask_as_anna(Method::get, path);
    CHECK(response.status == 404);
    CHECK(code_of(response) == "not_found");
    CHECK(response.content_type == "application/problem+json");
  }
}

TEST_CASE("another method is 405 and says which are allowed") {
  Table table;
  const Response response = table.ask(Method::remove, "/api/users/me");
  CHECK(response.status == 405);
  CHECK(code_of(response) == "method_not_allowed");
  CHECK(find_header(response.headers, "Allow") == "GET, HEAD, PATCH, OPTIONS");
  CHECK(table.ask(Method::other, "/livez").status == 405);
  CHECK(table.ask(Method::post, "/livez").status == 405);
}

TEST_CASE("OPTIONS says what is allowed, for a path and for the server") {
  Table table;
  CHECK(table.ask(Method::options, "/api/orders").status == 204);
  CHECK(find_header(table.ask(Method::options, "/api/orders").headers, "Allow") == "GET, HEAD, POST, OPTIONS");
  CHECK(find_header(table.ask(Method::options, "*").headers, "Allow") == "GET, HEAD, POST, PATCH, OPTIONS");
  CHECK(table.ask(Method::options, "/nowhere").status == 404);
}

TEST_CASE("a route that needs a user refuses strangers, and says how to authenticate") {
  Table table;
  const auto challenge = [&](Headers headers) {
    const Response response = table.ask(Method::get, "/api/orders", std::move(headers));
    CHECK(response.status == 401);
    return code_of(response) + ' ' + std::string(find_header(response.headers, "WWW-Authenticate").value_or("none"));
  };
  CHECK(challenge({}) == "unauthenticated Bearer realm=\"ordo\"");
  CHECK(challenge({{"Authorization", "Basic YTpi"}}) == "unauthenticated Bearer realm=\"ordo\"");
  CHECK(challenge({{"Authorization", "Bearer anna"}, {"Authorization", "Bearer root"}}) ==
        "unauthenticated Bearer realm=\"ordo\"");
  CHECK(challenge({{"X-User-Id", kAnna.text()}, {"X-Roles", "admin"}}) == "unauthenticated Bearer realm=\"ordo\"");
  CHECK(challenge({{"Authorization", "Bearer "}}) ==
        "invalid_token Bearer realm=\"ordo\", error=\"invalid_token\", error_description=\"the token is not valid\"");
  CHECK(challenge({{"Authorization", "Bearer old"}}) ==
        "invalid_token Bearer realm=\"ordo\", error=\"invalid_token\", error_description=\"the token has expired\"");
}

TEST_CASE("a route for administrators refuses others") {
  Table table;
  CHECK(table.ask_as_anna(Method::get, "/api/all").status == 403);
  CHECK(table.ask(Method::get, "/api/all", {{"Authorization", "Bearer root"}}).status == 200);
}

TEST_CASE("a body must be JSON in UTF-8, and that is checked after who asks") {
  Table table;
  CHECK(table.ask_as_anna(Method::post, "/api/orders", kJson, "{}").status == 200);
  CHECK(table.ask_as_anna(Method::post, "/api/orders").status == 200);
  CHECK(code_of(table.ask_as_anna(Method::post, "/api/orders", {}, "{}")) == "unsupported_media_type");
  CHECK(table.ask_as_anna(Method::post, "/api/orders", {{"Content-Type", "text/plain"}}, "{}").status == 415);
  CHECK(table.ask_as_anna(Method::post, "/api/orders", {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(table.ask(Method::post, "/api/orders", {{"Content-Type", "text/plain"}}, "{}").status == 401);
}

TEST_CASE("the fields of a command are read") {
  Table table;
  Headers headers = kJson;
  headers.push_back({"Idempotency-Key", "\"k1\""});
  headers.push_back({"Prefer", "wait=60"});
  CHECK(table.ask_as_anna(Method::post, "/api/orders", headers, "{}").body == "create by anna key k1 wait 30");
  CHECK(table.ask_as_anna(Method::get, "/api/orders", headers).body == "list by anna wait 30");
  headers[1].value = std::string(256, 'k');
  CHECK(code_of(table.ask_as_anna(Method::post, "/api/orders", headers, "{}")) == "invalid_idempotency_key");
}

TEST_CASE("a broken URL is 400") {
  Table table;
  CHECK(code_of(table.ask_as_anna(Method::get, "/api/users/%zz")) == "malformed_url");
  CHECK(code_of(table.ask_as_anna(Method::get, "/api/orders?limit=%f")) == "malformed_url");
  CHECK(code_of(table.ask_as_anna(Method::get, "/api/orders?limit=1&limit=2")) == "invalid_parameter");
}

TEST_CASE("a handler that throws answers 500 and tells nothing internal") {
  Table table;
  const Response response = table.ask(Method::get, "/throws");
  CHECK(response.status == 500);
  CHECK(code_of(response) == "internal_error");
  CHECK_THAT(response.body, !Catch::Contains("secret"));
}

TEST_CASE("a handler for the workers that finds them all busy is 503 with Retry-After") {
  WorkerPool none(0, 0);
  Router router(authenticate, none);
  router.add({.method = Method::get, .pattern = "/x", .handler = echo("x"), .access = Access::anyone});
  Response answered;
  Request request;
  request.path = "/x";
  Responder responder(request, [&](Response response) { answered = std::move(response); });
  router.dispatch(std::move(request), std::move(responder));
  CHECK(answered.status == 503);
  CHECK(code_of(answered) == "overloaded");
  CHECK(find_header(answered.headers, "Retry-After") == "1");
}

TEST_CASE("each request is told once, by the pattern of its route and never by its path, with its status") {
  const auto refused = observed_of(Method::get, "/api/orders/01890a5d");
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].status == 401);
  CHECK(refused[0].method == Method::get);
  CHECK_FALSE(refused[0].pattern.empty());
  const auto unknown = observed_of(Method::get, "/nowhere");
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].status == 404);
  CHECK(unknown[0].pattern.empty());
  const auto wrong = observed_of(Method::post, "/api/orders/01890a5d");
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].status == 405);
}
