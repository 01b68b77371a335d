#include "gateway/users/key_routes.hpp"

#include <future>

#include <catch2/catch.hpp>

#include "events/identity/signing_key.hpp"

namespace ordo::identity {
namespace {

std::string new_public_key() { return public_half(make_private_key().value())->pem; }

struct Served {
  explicit Served(const std::string& public_keys) : check(TokenCheck::open(public_keys, clock).value()), keys(check, public_keys) {
    keys.add_to(router);
  }

  http::Response ask() {
    http::Request request;
    request.path = "/.well-known/jwks.json";
    std::promise<http::Response> promise;
    http::Responder responder(request, [&](http::Response response) { promise.set_value(std::move(response)); });
    router.dispatch(std::move(request), std::move(responder));
    return promise.get_future().get();
  }

  SystemClock clock;
  TokenCheck check;
  KeyRoutes keys;
  http::WorkerPool workers{1, 1};
  http::Router router{[](std::string_view) { return tl::unexpected(http::AuthFailure::invalid); }, workers};
};

}  // namespace

TEST_CASE("anyone may read the keys, and caches are told how long they may keep them") {
  const auto key = new_public_key();
  Served served(key);
  const auto answer = served.ask();
  CHECK(answer.status == 200);
  CHECK(answer.body.find(read_public_keys(key)->front().id) != std::string::npos);
  CHECK(http::find_header(answer.headers, "Cache-Control") == "public, max-age=60");
}

TEST_CASE("new keys are shown when their file has changed; a file that makes no sense changes nothing") {
  const auto first = new_public_key();
  const auto second = new_public_key();
  Served served(first);
  const auto tag = std::string(http::find_header(served.ask().headers, "ETag").value());
  served.keys.take(first + second);
  const auto both = served.ask();
  CHECK(both.body.find(read_public_keys(second)->front().id) != std::string::npos);
  CHECK(http::find_header(both.headers, "ETag") != tag);
  served.keys.take("nonsense");
  CHECK(served.ask().body == both.body);
}

}  // namespace ordo::identity
