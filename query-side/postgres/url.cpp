#include "query-side/postgres/url.hpp"

#include <string_view>

namespace ordo::postgres {

std::string with_limits(const std::string& url) {
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) return "connect_timeout=3 tcp_user_timeout=10000 " + url;
  std::string out = url;
  for (const std::string_view setting : {"connect_timeout=3", "tcp_user_timeout=10000"}) {
    if (out.find(setting.substr(0, setting.find('=') + 1)) != std::string::npos) continue;
    out += out.find('?') == std::string::npos ? '?' : '&';
    out += setting;
  }
  return out;
}

}  // namespace ordo::postgres
