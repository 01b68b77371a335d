#pragma once
// Purpose: the keys that access tokens are checked with: looked at while the gateway runs, and told to whoever asks for
//          GET /.well-known/jwks.json. A file that cannot be understood changes nothing, and is logged.
// Threads: `take` and the handler from every thread. Owns: the check outlives it, it outlives the router.

#include <memory>
#include <mutex>
#include <string>

#include "events/identity/token_check.hpp"
#include "gateway/http/router.hpp"

namespace ordo::identity {

class KeyRoutes {
 public:
  // Requires: `public_keys` are those that the check was opened with.
  KeyRoutes(TokenCheck& check, const std::string& public_keys);

  // The file of public keys has another content.
  void take(const std::string& public_keys);

  void add_to(http::Router& router);

 private:
  [[nodiscard]] http::Response key_set() const;
  [[nodiscard]] Result<void> show(const std::string& public_keys);

  TokenCheck& check_;
  mutable std::mutex mutex_;
  std::string json_;
  std::string version_;
};

}  // namespace ordo::identity
