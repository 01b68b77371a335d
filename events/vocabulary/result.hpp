#pragma once
// Purpose: what a function answers when it can fail.
// Errors: `Failure` stands for infrastructure (the log, Postgres, the network); a domain rejection is an enum of its own
//         aggregate; a bug ends the process. Exceptions of libraries stop at their adapter.
// Threads: plain values.

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace ordo {

enum class FailureKind {
  conflict,     // somebody else was first: read again, then decide again
  unavailable,  // the other side cannot be reached now
  timeout,      // no answer in time: what became of the request is not known
  corrupt,      // what was read cannot be understood; trying again does not help
};

[[nodiscard]] std::string_view to_text(FailureKind kind);

struct Failure {
  FailureKind kind;
  std::string text;

  [[nodiscard]] bool retryable() const { return kind != FailureKind::corrupt; }
};

template <class Value, class Error = Failure>
using Result = tl::expected<Value, Error>;

[[nodiscard]] inline tl::unexpected<Failure> failure(FailureKind kind, std::string text) {
  return tl::unexpected<Failure>(Failure{kind, std::move(text)});
}

}  // namespace ordo
