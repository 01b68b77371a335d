#pragma once
// Purpose: how often one may ask: by address before it is known who asks, by user after; log-ins and registrations far less often. Every
//          answer tells what is left: RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers); 429 says when to come again.
//          Each gateway counts for itself.
// Threads: may be used by all.

#include "events/vocabulary/time.hpp"
#include "gateway/http/router.hpp"
#include "gateway/limits/rate_table.hpp"

namespace ordo::limits {

struct RateSettings {
  Quota user{600, 60};
  Quota address{1'200, 60};
  Quota login{60, 60};  // of an address
};

class RateLimits {
 public:
  // The clock outlives this.
  RateLimits(const RateSettings& settings, Clock& clock)
      : users_(settings.user), addresses_(settings.address), logins_(settings.login), clock_(clock) {}

  // For the router; see http::Meter. This outlives what it answers.
  [[nodiscard]] http::Meter meter();

 private:
  [[nodiscard]] http::Metered count(const http::Request& request, http::Rated rated);

  RateTable users_;
  RateTable addresses_;
  RateTable logins_;
  Clock& clock_;
};

}  // namespace ordo::limits
