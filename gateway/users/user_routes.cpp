#include "gateway/users/user_routes.hpp"

#include <utility>

#include "gateway/reads/hand_over.hpp"
#include "gateway/reads/ownership.hpp"
#include "gateway/users/user_json.hpp"
#include "gateway/users/user_request.hpp"

namespace ordo::identity {
namespace {

using Reply = Result<http::Response, http::Problem>;

template <class Value, class Render>
Reply rendered(const Answer<Value>& answer, Render render) {
  if (!answer) return tl::unexpected(problem_of(answer.error()));
  return render(*answer);
}

Reply register_user(IdentityClient& identity, const http::Request& request) {
  auto user = read_new_user(request.body);
  if (!user) return tl::unexpected(std::move(user.error()));
  user->trace = {request.correlation_id, request.traceparent, std::nullopt};
  return rendered(identity.register_user(*user), registered_response);
}

Reply login(IdentityClient& identity, const http::Request& request) {
  auto credentials = read_credentials(request.body);
  if (!credentials) return tl::unexpected(std::move(credentials.error()));
  credentials->address = request.client_address;
  return rendered(identity.login(*credentials), tokens_response);
}

Reply refresh(IdentityClient& identity, const http::Request& request) {
  const auto token = read_refresh_token(request.body);
  if (!token) return tl::unexpected(token.error());
  return rendered(identity.refresh(*token), tokens_response);
}

Reply logout(IdentityClient& identity, const http::Request& request) {
  const auto token = read_refresh_token(request.body);
  if (!token) return tl::unexpected(token.error());
  const auto done = identity.logout(*token);
  if (!done) return tl::unexpected(problem_of(done.error()));
  return http::empty_response(204);
}

Reply own_profile(IdentityClient& identity, const http::Request& request) {
  return rendered(identity.profile(request.principal->user_id), profile_response);
}

Reply change_profile(IdentityClient& identity, const http::Request& request) {
  const auto change = read_own_change(request.body, request.principal->user_id);
  if (!change) return tl::unexpected(change.error());
  if (const auto* password = std::get_if<PasswordChange>(&*change)) return rendered(identity.change_password(*password), profile_response);
  return rendered(identity.change_profile(std::get<ProfileChange>(*change)), profile_response);
}

Reply forget(IdentityClient& identity, const http::Request& request) {
  const auto done = identity.forget(request.principal->user_id);
  if (!done) return tl::unexpected(problem_of(done.error()));
  return http::empty_response(204);
}

Reply profile_by_name(IdentityClient& identity, const http::Request& request) {
  const auto profile = identity.profile_by_name(request.path_parameter("username"));
  if (!profile) return tl::unexpected(problem_of(profile.error()));
  if (!reads::may_read(*request.principal, profile->user_id)) return tl::unexpected(reads::not_found("There is no such user."));
  return profile_response(*profile);
}

struct UserRoute {
  http::Method method;
  std::string_view pattern;
  http::Access access;
  Reply (*reply)(IdentityClient&, const http::Request&);
  http::Rated rated = http::Rated::yes;
};

constexpr UserRoute kRoutes[] = {
    {http::Method::post, "/api/auth/register", http::Access::anyone, register_user, http::Rated::strictly},
    {http::Method::post, "/api/auth/login", http::Access::anyone, login, http::Rated::strictly},
    {http::Method::post, "/api/auth/refresh", http::Access::anyone, refresh},
    {http::Method::post, "/api/auth/logout", http::Access::anyone, logout},
    {http::Method::get, "/api/users/me", http::Access::user, own_profile},
    {http::Method::patch, "/api/users/me", http::Access::user, change_profile},
    {http::Method::remove, "/api/users/me", http::Access::user, forget},
    {http::Method::get, "/api/users/{username}", http::Access::user, profile_by_name},
};

}  // namespace

void add_routes(http::Router& router, IdentityClient& identity, http::WorkerPool& workers) {
  for (const auto& route : kRoutes) {
    const auto answer = [&identity, reply = route.reply](const http::Request& request, http::Responder responder) {
      auto replied = reply(identity, request);
      replied ? responder.answer(std::move(*replied)) : responder.refuse(replied.error());
    };
    router.add({.method = route.method,
                .pattern = std::string(route.pattern),
                .handler = [&workers, answer](http::Request request, http::Responder responder) {
                  reads::hand_over(workers, answer, std::move(request), std::move(responder));
                },
                .access = route.access,
                .runs_on = http::RunsOn::reactor,
                .rated = route.rated});
  }
}

http::Authenticate authenticate_with(const TokenCheck& check) {
  return [&check](std::string_view bearer) -> Result<http::Principal, http::AuthFailure> {
    auto claims = check.check(bearer);
    if (claims) return http::Principal{claims->user_id, std::move(claims->username), std::move(claims->roles), claims->expires};
    switch (claims.error()) {
      case TokenProblem::malformed: return tl::unexpected(http::AuthFailure::malformed);
      case TokenProblem::expired: return tl::unexpected(http::AuthFailure::expired);
      default: return tl::unexpected(http::AuthFailure::invalid);
    }
  };
}

}  // namespace ordo::identity
