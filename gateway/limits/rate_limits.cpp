#include "gateway/limits/rate_limits.hpp"

#include <fmt/format.h>

namespace ordo::limits {
namespace {

http::Metered spend(RateTable& table, std::string_view policy, std::string_view who, std::int64_t now_s) {
  if (table.quota().requests == 0) return {};
  const auto spent = table.spend(who, now_s);
  http::Metered metered;
  metered.headers = {
      {"RateLimit-Policy", fmt::format("\"{}\";q={};w={}", policy, table.quota().requests, table.quota().window_s)},
      {"RateLimit", fmt::format("\"{}\";r={};t={}", policy, spent.remaining, spent.resets_in_s)}};
  if (!spent.allowed) {
    metered.refusal = http::try_again(http::ProblemCode::rate_limited, "Too many requests came; wait before you try again.",
                                      static_cast<int>(spent.resets_in_s));
  }
  return metered;
}

}  // namespace

http::Meter RateLimits::meter() {
  return [this](const http::Request& request, http::Rated rated) { return count(request, rated); };
}

http::Metered RateLimits::count(const http::Request& request, http::Rated rated) {
  const auto now_s = clock_.now().unix_ms / 1000;
  if (request.principal) return spend(users_, "default", request.principal->user_id.raw(), now_s);
  if (rated == http::Rated::strictly) return spend(logins_, "login", request.client_address, now_s);
  return spend(addresses_, "address", request.client_address, now_s);
}

}  // namespace ordo::limits
