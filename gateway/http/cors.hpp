#pragma once
// Purpose: which pages of other origins may use the gateway from a browser (CORS). Tokens travel in Authorization, never in cookies, so
//          no credentials are allowed, and whoever has no token learns no more than without a browser.
// Threads: plain values and functions without state.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/result.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"

namespace ordo::http {

class Cors {
 public:
  // Nobody.
  Cors() = default;

  // "https://shop.example, http://127.0.0.1:5173", or "*" for everybody; "" for nobody.
  // Errors: corrupt, and the text says which part.
  [[nodiscard]] static Result<Cors> parse(std::string_view origins);

  // What goes out with the answer, whatever it is.
  [[nodiscard]] Headers headers(const Request& request) const;

  // The answer to a browser that asks, before it sends a request, whether it may; nothing: this is no such question.
  [[nodiscard]] std::optional<Response> preflight(const Request& request) const;

 private:
  [[nodiscard]] bool allows(std::string_view origin) const;
  [[nodiscard]] bool off() const { return !everybody_ && origins_.empty(); }

  bool everybody_ = false;
  std::vector<std::string> origins_;
};

}  // namespace ordo::http
