#pragma once
// Purpose: what an operator did, as operators see it in events.
// Threads: plain values.

#include <string>

#include "events/audit/events.hpp"

namespace ordo::audit {

// One JSON object.
[[nodiscard]] std::string describe(const OperatorActed& acted);

// One line for people.
[[nodiscard]] std::string summary(const OperatorActed& acted);

}  // namespace ordo::audit
