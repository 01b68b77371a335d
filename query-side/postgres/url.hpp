#pragma once
// Purpose: what every connection says to libpq. For the sources of this folder only.

#include <string>

namespace ordo::postgres {

// With bounds on the waiting for a server that is gone; what the URL says itself has precedence.
[[nodiscard]] std::string with_limits(const std::string& url);

}  // namespace ordo::postgres
