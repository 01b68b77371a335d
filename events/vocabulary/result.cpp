#include "events/vocabulary/result.hpp"

namespace ordo {

std::string_view to_text(FailureKind kind) {
  switch (kind) {
    case FailureKind::conflict: return "conflict";
    case FailureKind::unavailable: return "unavailable";
    case FailureKind::timeout: return "timeout";
    case FailureKind::corrupt: return "corrupt";
  }
  return "unknown";
}

}  // namespace ordo
