#include "gateway/http/router.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/http/request_fields.hpp"
#include "gateway/http/url.hpp"

namespace ordo::http {
namespace {

constexpr std::string_view kChallenge = "Bearer realm=\"ordo\"";
constexpr int kOverloadedRetrySeconds = 1;

Problem overloaded() { return try_again(ProblemCode::overloaded, "Too much to do right now.", kOverloadedRetrySeconds); }

bool has_body(Method method) { return method == Method::post || method == Method::put || method == Method::patch; }

std::string_view describe(AuthFailure failure) {
  switch (failure) {
    case AuthFailure::malformed: return "the token is malformed";
    case AuthFailure::invalid: return "the token is not valid";
    case AuthFailure::expired: return "the token has expired";
  }
  return "";
}

Problem unauthenticated() {
  Problem refusal = problem(ProblemCode::unauthenticated, "Send an access token: Authorization: Bearer <token>.");
  refusal.headers.push_back({"WWW-Authenticate", std::string(kChallenge)});
  return refusal;
}

Problem token_refused(AuthFailure failure) {
  const std::string reason(describe(failure));
  Problem refusal = problem(ProblemCode::invalid_token, "Authentication failed: " + reason + '.');
  refusal.headers.push_back(
      {"WWW-Authenticate", std::string(kChallenge) + ", error=\"invalid_token\", error_description=\"" + reason + '"'});
  return refusal;
}

// The token of `Authorization: Bearer …`; nothing where there is none, or more than one.
std::optional<std::string_view> bearer_of(const Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto field = request.header("Authorization");
  if (!field || count_headers(request.headers, "Authorization") > 1) return std::nullopt;
  if (!same_name(field->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return trimmed(field->substr(kScheme.size()));
}

Result<Principal, Problem> authenticate(const Authenticate& check, const Request& request) {
  const auto bearer = bearer_of(request);
  if (!bearer) return tl::unexpected<Problem>(unauthenticated());
  auto principal = check(*bearer);
  if (!principal) return tl::unexpected<Problem>(token_refused(principal.error()));
  return std::move(*principal);
}

Result<void, Problem> check_media_type(const Request& request) {
  const auto content_type = request.header("Content-Type");
  if (!has_body(request.method) || (request.body.empty() && !content_type)) return {};
  const bool json = content_type && is_json_media_type(*content_type);
  if (json && count_headers(request.headers, "Content-Type") == 1) return {};
  return refused(ProblemCode::unsupported_media_type, "The body must be sent as application/json in UTF-8.");
}

std::string allow_list(std::vector<Method> methods) {
  if (std::ranges::find(methods, Method::get) != methods.end()) methods.push_back(Method::head);
  methods.push_back(Method::options);
  std::ranges::sort(methods);
  const auto repeated = std::ranges::unique(methods);
  methods.erase(repeated.begin(), repeated.end());
  std::string list;
  for (const Method method : methods) list += (list.empty() ? "" : ", ") + std::string(text(method));
  return list;
}

// One call of a handler, wherever it runs. Keeps what it needs alive: the server may be gone by then.
struct Call {
  std::shared_ptr<const Route> route;
  Request request;
  Responder responder;

  void report(std::string_view correlation_id, std::string_view what) const {
    spdlog::error("http: the handler of {} {} threw in {}: {}", text(route->method), route->pattern, correlation_id,
                  what);
  }

  void give_up() { responder.refuse(overloaded()); }

  void operator()() {
    const std::string correlation_id = request.correlation_id;
    try {
      route->handler(std::move(request), std::move(responder));
    } catch (const std::exception& error) {
      // The responder that the handler dropped has answered 500.
      report(correlation_id, error.what());
    } catch (...) {
      report(correlation_id, "something that is no std::exception");
    }
  }
};

}  // namespace

Router::Router(Authenticate authenticate, WorkerPool& workers, Meter meter)
    : authenticate_(std::move(authenticate)), workers_(&workers), meter_(std::move(meter)) {}

std::vector<Router::Segment> Router::parse_pattern(std::string_view pattern) {
  std::vector<Segment> segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const std::string_view part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(part.size());
    const bool is_parameter = part.size() > 2 && part.front() == '{' && part.back() == '}';
    segments.push_back({std::string(is_parameter ? part.substr(1, part.size() - 2) : part), is_parameter});
  }
  return segments;
}

Router& Router::add(Route route) {
  auto segments = parse_pattern(route.pattern);
  entries_.push_back({std::make_shared<const Route>(std::move(route)), std::move(segments)});
  // Literals first, so that the first match is the closest one.
  std::ranges::stable_sort(
      entries_, {}, [](const Entry& entry) { return std::ranges::count_if(entry.segments, &Segment::is_parameter); });
  return *this;
}

bool Router::matches(const Entry& entry, const std::vector<std::string>& path) {
  return std::ranges::equal(entry.segments, path, [](const Segment& segment, const std::string& part) {
    return segment.is_parameter ? !part.empty() : segment.text == part;
  });
}

Router::Found Router::find(Method method, const std::vector<std::string>& path) const {
  const Method wanted = method == Method::head ? Method::get : method;
  Found found;
  for (const Entry& entry : entries_) {
    if (!matches(entry, path)) continue;
    found.allowed.push_back(entry.route->method);
    if (found.entry == nullptr && entry.route->method == wanted) found.entry = &entry;
  }
  return found;
}

Result<const Router::Entry*, Problem> Router::resolve(Request& request) const {
  const auto path = parse_path(request.path);
  if (!path) return tl::unexpected<Problem>(path.error());
  const Found found = find(request.method, *path);
  if (found.allowed.empty()) return refused(ProblemCode::not_found, "There is nothing at this path.");
  if (found.entry == nullptr) {
    Problem refusal = problem(ProblemCode::method_not_allowed, "Allowed here: " + allow_list(found.allowed) + '.');
    refusal.headers.push_back({"Allow", allow_list(found.allowed)});
    return tl::unexpected<Problem>(std::move(refusal));
  }
  for (std::size_t index = 0; index < path->size(); ++index) {
    const Segment& segment = found.entry->segments[index];
    if (segment.is_parameter) request.path_parameters.push_back({segment.text, (*path)[index]});
  }
  return found.entry;
}

// Who may, before what: a stranger learns nothing about the form of a request.
Result<void, Problem> Router::admit(const Route& route, Request& request) const {
  if (route.access != Access::anyone) {
    auto principal = authenticate(authenticate_, request);
    if (!principal) return tl::unexpected<Problem>(std::move(principal.error()));
    request.principal = std::move(*principal);
    if (route.access == Access::admin && !request.principal->is_admin()) {
      return refused(ProblemCode::forbidden, "Only administrators may do this.");
    }
  }
  if (auto checked = check_media_type(request); !checked) return checked;
  auto query = parse_query(request.query_text);
  if (!query) return tl::unexpected<Problem>(std::move(query.error()));
  request.query = std::move(*query);
  request.prefer_wait = parse_prefer_wait(request.headers);
  if (!route.command) return {};
  auto key = parse_idempotency_key(request.headers);
  if (!key) return tl::unexpected<Problem>(std::move(key.error()));
  request.idempotency_key = std::move(*key);
  return {};
}

bool Router::answer_options(const Request& request, Responder& responder) const {
  if (request.method != Method::options) return false;
  std::vector<Method> allowed;
  if (request.path == "*") {
    for (const Entry& entry : entries_) allowed.push_back(entry.route->method);
  } else if (const auto path = parse_path(request.path)) {
    allowed = find(request.method, *path).allowed;
  }
  if (allowed.empty()) return false;
  responder.answer(std::move(empty_response(204).with("Allow", allow_list(allowed))));
  return true;
}

Metered Router::meter(const Request& request, Rated rated) const {
  return meter_ && rated != Rated::no ? meter_(request, rated) : Metered{};
}

void Router::let_observe(Responder& responder, Method method, std::shared_ptr<const Route> route) const {
  if (!observe_) return;
  responder.watch([observe = observe_, method, route = std::move(route), began = std::chrono::steady_clock::now()](int status) {
    const auto took = std::chrono::steady_clock::now() - began;
    (*observe)({method, route ? std::string_view(route->pattern) : std::string_view(), status, took});
  });
}

void Router::dispatch(Request request, Responder responder) const try {
  const auto entry = resolve(request);
  let_observe(responder, request.method, entry ? (*entry)->route : nullptr);
  auto metered = meter(request, entry ? (*entry)->route->rated : Rated::yes);
  const auto refuse = [&](const Problem& refusal) {
    for (auto& header : metered.headers) responder.attach(std::move(header));
    responder.refuse(refusal);
  };
  if (metered.refusal) return refuse(*metered.refusal);
  if (answer_options(request, responder)) return;
  if (!entry) return refuse(entry.error());
  const auto& route = (*entry)->route;
  const auto admitted = admit(*route, request);
  if (request.principal) metered = meter(request, route->rated);
  if (metered.refusal) return refuse(*metered.refusal);
  if (!admitted) return refuse(admitted.error());
  for (auto& header : metered.headers) responder.attach(std::move(header));

  Call call{route, std::move(request), std::move(responder)};
  if (route->runs_on == RunsOn::reactor) return call();
  if (!workers_->try_run(std::move(call))) {
    call.responder.refuse(overloaded());
  }
} catch (const std::exception& error) {
  spdlog::error("http: a request could not be dispatched: {}", error.what());
}

}  // namespace ordo::http
