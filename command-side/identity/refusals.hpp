#pragma once
// Purpose: what is answered when identity's own database fails: later, or nobody knows.

#include <spdlog/spdlog.h>

#include "events/identity/questions.hpp"

namespace ordo::identity {

[[nodiscard]] inline Refusal refusal_of(const Failure& failure) {
  spdlog::warn("identity's database: {}: {}", to_text(failure.kind), failure.text);
  const bool late = failure.kind == FailureKind::timeout;
  return {late ? RefusalReason::timeout : RefusalReason::unavailable, "identity's database does not answer", {}};
}

[[nodiscard]] inline Refusal refusal_of(std::vector<FieldProblem> problems) {
  return {RefusalReason::invalid, "some fields are not as they have to be", std::move(problems)};
}

}  // namespace ordo::identity
