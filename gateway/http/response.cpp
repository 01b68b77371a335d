#include "gateway/http/response.hpp"

#include <utility>

#include "events/vocabulary/json_text.hpp"

namespace ordo::http {

Response& Response::with(std::string name, std::string value) {
  headers.push_back({std::move(name), std::move(value)});
  return *this;
}

Response json_response(int status, std::string json) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(json);
  return response;
}

Response empty_response(int status) {
  Response response;
  response.status = status;
  return response;
}

Response problem_response(const Problem& problem, std::string_view correlation_id) {
  const ProblemKind& kind = kind_of(problem.code);
  JsonText json;
  json.open_object()
      .member("type", "urn:ordo:problem:" + std::string(kind.text))
      .member("title", kind.title)
      .member("status", kind.status)
      .member("detail", problem.detail)
      .member("code", kind.text)
      .member("correlation_id", correlation_id);
  if (!problem.errors.empty()) {
    json.key("errors").open_array();
    for (const FieldError& error : problem.errors) {
      json.open_object().member("pointer", error.pointer).member("detail", error.detail).close_object();
    }
    json.close_array();
  }
  if (problem.member) json.raw_member(problem.member->name, problem.member->json);
  json.close_object();

  Response response = json_response(kind.status, json.take());
  response.content_type = "application/problem+json";
  response.headers = problem.headers;
  return response;
}

std::string strong_etag(std::string_view version) { return '"' + std::string(version) + '"'; }

}  // namespace ordo::http
