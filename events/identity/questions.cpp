#include "events/identity/questions.hpp"

namespace ordo::identity {

std::string_view text(RefusalReason reason) {
  switch (reason) {
    case RefusalReason::username_taken: return "username taken";
    case RefusalReason::invalid_credentials: return "invalid credentials";
    case RefusalReason::not_found: return "not found";
    case RefusalReason::invalid: return "invalid";
    case RefusalReason::busy: return "busy";
    case RefusalReason::unavailable: return "unavailable";
    case RefusalReason::too_many_guesses: return "too many guesses";
    case RefusalReason::timeout: return "timeout";
  }
  return "unknown";
}

}  // namespace ordo::identity
