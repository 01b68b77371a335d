#include "gateway/operations/health_routes.hpp"

#include <utility>

#include "events/vocabulary/json_text.hpp"

namespace ordo::operations {
namespace {

constexpr int kRetryAfterSeconds = 1;

struct Looked {
  bool ready = true;
  std::string checks_json;
};

Looked look_at(const std::vector<HealthCheck>& checks) {
  Looked looked;
  JsonText json;
  json.open_array();
  for (const auto& check : checks) {
    const auto health = check.look();
    looked.ready = looked.ready && (health.well || !check.required);
    json.open_object()
        .member("name", check.name)
        .member("state", health.state)
        .member("required", check.required)
        .close_object();
  }
  looked.checks_json = json.close_array().take();
  return looked;
}

void answer_ready(const std::vector<HealthCheck>& checks, const http::Request& request, http::Responder responder) {
  auto looked = look_at(checks);
  const bool verbose = request.query_parameter("verbose").has_value();
  if (!looked.ready) {
    auto problem = http::try_again(http::ProblemCode::unavailable, "Not ready.", kRetryAfterSeconds);
    if (verbose) problem.member = http::ProblemMember{"checks", std::move(looked.checks_json)};
    return responder.refuse(problem);
  }
  JsonText json;
  json.open_object().member("status", "ok");
  if (verbose) json.raw_member("checks", looked.checks_json);
  responder.answer(http::json_response(200, json.close_object().take()));
}

}  // namespace

void add_routes(http::Router& router, std::vector<HealthCheck> checks) {
  using http::Access;
  using http::Method;
  using http::RunsOn;
  router.add({.method = Method::get,
              .pattern = "/livez",
              .handler = [](const http::Request&, http::Responder responder) {
                responder.answer(http::json_response(200, R"({"status":"ok"})"));
              },
              .access = Access::anyone,
              .runs_on = RunsOn::reactor,
              .rated = http::Rated::no});
  router.add({.method = Method::get,
              .pattern = "/readyz",
              .handler = [checks = std::move(checks)](const http::Request& request, http::Responder responder) {
                answer_ready(checks, request, std::move(responder));
              },
              .access = Access::anyone,
              .rated = http::Rated::no});
  router.add({.method = Method::get,
              .pattern = "/",
              .handler = [](const http::Request&, http::Responder responder) {
                auto response = http::empty_response(302);
                response.with("Location", "/swagger");
                responder.answer(std::move(response));
              },
              .access = Access::anyone,
              .runs_on = RunsOn::reactor});
}

}  // namespace ordo::operations
