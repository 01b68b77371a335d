#pragma once
// Purpose: the table of routes, and the checks that stand before every handler: 404, 405, 401, 403, 415, query and header
//          fields. Handlers get only requests that passed.
// Requires: all routes are added before the first dispatch.
// Threads: `dispatch` from every thread.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/problem.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/responder.hpp"
#include "gateway/http/worker_pool.hpp"

namespace ordo::http {

enum class AuthFailure { malformed, invalid, expired };

// Says who holds a token. Called on the reactor: it computes, it never waits.
using Authenticate = std::function<Result<Principal, AuthFailure>(std::string_view bearer)>;

using Handler = std::function<void(Request, Responder)>;

enum class Access { anyone, user, admin };

// `reactor`: parses, checks, hands over, and never blocks. `workers`: may block; 503 `overloaded` when too many wait.
enum class RunsOn { reactor, workers };

// How often a route may be asked: by the common limits, by those of log-ins, or as often as anybody likes (probes).
enum class Rated { yes, strictly, no };

struct Metered {
  std::optional<Problem> refusal;  // one request too many
  Headers headers;                 // go out with the answer, whatever it is
};

// Counts one request. Asked twice of a route that needs a user: by address, before a token is looked at, and again when the principal
// is known. Called on the reactor: it computes, it never waits.
using Meter = std::function<Metered(const Request&, Rated)>;

// A request that was answered, or refused, after its head was read.
struct Observed {
  Method method = Method::get;
  std::string_view pattern;  // the route's, valid during the call; "" where there is none
  int status = 0;
  std::chrono::steady_clock::duration took{};  // from dispatch to answer; of a stream, to its beginning
};

// Called on the thread that answers; must not throw.
using Observe = std::function<void(const Observed&)>;

struct Route {
  Method method = Method::get;
  std::string pattern;  // "/api/orders/{id}": a segment in braces is a parameter
  Handler handler;
  Access access = Access::user;
  RunsOn runs_on = RunsOn::workers;
  bool command = false;  // reads Idempotency-Key
  Rated rated = Rated::yes;
};

class Router {
 public:
  // The pool must outlive the router.
  Router(Authenticate authenticate, WorkerPool& workers, Meter meter = {});

  // GET answers HEAD too. Literal segments win over parameters: /api/users/me before /api/users/{username}.
  Router& add(Route route);

  // Before the first dispatch.
  void observe(Observe observe) { observe_ = std::make_shared<const Observe>(std::move(observe)); }

  // Answers now or later, through the responder. Throws nothing.
  void dispatch(Request request, Responder responder) const;

 private:
  struct Segment {
    std::string text;
    bool is_parameter = false;
  };
  struct Entry {
    std::shared_ptr<const Route> route;
    std::vector<Segment> segments;
  };
  struct Found {
    const Entry* entry = nullptr;
    std::vector<Method> allowed;  // every method that the path has
  };

  [[nodiscard]] static std::vector<Segment> parse_pattern(std::string_view pattern);
  [[nodiscard]] static bool matches(const Entry& entry, const std::vector<std::string>& path);
  [[nodiscard]] Found find(Method method, const std::vector<std::string>& path) const;
  [[nodiscard]] bool answer_options(const Request& request, Responder& responder) const;
  // The entry that the request is for; fills in its path parameters.
  [[nodiscard]] Result<const Entry*, Problem> resolve(Request& request) const;
  void let_observe(Responder& responder, Method method, std::shared_ptr<const Route> route) const;
  [[nodiscard]] Metered meter(const Request& request, Rated rated) const;
  // Fills in everything that the checks read.
  [[nodiscard]] Result<void, Problem> admit(const Route& route, Request& request) const;

  Authenticate authenticate_;
  WorkerPool* workers_;
  Meter meter_;
  std::shared_ptr<const Observe> observe_;  // shared with responders, which may outlive the router
  std::vector<Entry> entries_;
};

}  // namespace ordo::http
