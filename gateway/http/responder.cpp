#include "gateway/http/responder.hpp"

#include <utility>

#include "gateway/http/request_fields.hpp"

namespace ordo::http {
namespace {

bool is_read(Method method) { return method == Method::get || method == Method::head; }

// 304 keeps what a cache needs to know of the answer that it stands for.
void make_not_modified(Response& response) {
  response.status = 304;
  response.content_type.clear();
  response.body.clear();
}

}  // namespace

Responder::Responder(const Request& request, Sink sink, WhenLeft when_left)
    : sink_(std::move(sink)), when_left_(std::move(when_left)), method_(request.method), correlation_id_(request.correlation_id) {
  if (const auto tags = request.header("If-None-Match"); tags && is_read(method_)) if_none_match_ = std::string(*tags);
}

Responder::Responder(Responder&& other) noexcept
    : sink_(std::exchange(other.sink_, nullptr)),
      when_left_(std::move(other.when_left_)),
      method_(other.method_),
      correlation_id_(std::move(other.correlation_id_)),
      if_none_match_(std::move(other.if_none_match_)),
      attached_(std::move(other.attached_)),
      watch_(std::move(other.watch_)) {}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this != &other) {
    finish();
    sink_ = std::exchange(other.sink_, nullptr);
    when_left_ = std::move(other.when_left_);
    method_ = other.method_;
    correlation_id_ = std::move(other.correlation_id_);
    if_none_match_ = std::move(other.if_none_match_);
    attached_ = std::move(other.attached_);
    watch_ = std::move(other.watch_);
  }
  return *this;
}

Responder::~Responder() { finish(); }

void Responder::finish() {
  if (sink_) refuse(problem(ProblemCode::internal_error, "The request could not be completed."));
}

void Responder::attach(Header header) { attached_.push_back(std::move(header)); }

void Responder::answer(Response response) {
  if (!sink_) return;
  for (Header& header : attached_) response.headers.push_back(std::move(header));
  response.with("X-Correlation-Id", correlation_id_);
  if (response.status == 401 && !find_header(response.headers, "WWW-Authenticate")) {
    response.with("WWW-Authenticate", "Bearer realm=\"ordo\"");
  }
  const auto etag = find_header(response.headers, "ETag");
  if (response.status == 200 && etag && if_none_match_ && matches_entity_tag(*if_none_match_, *etag)) {
    make_not_modified(response);
  }
  response.body_withheld = method_ == Method::head;
  if (watch_) watch_(response.status);
  // Emptied first: whatever the sink does, nobody answers twice.
  std::exchange(sink_, nullptr)(std::move(response));
}

void Responder::refuse(const Problem& problem) { answer(problem_response(problem, correlation_id_)); }

}  // namespace ordo::http
