#pragma once
// Purpose: tells the admission how far the read model is, while there is something that it does not show yet.
// Errors: while it cannot be asked nothing is told, and then it does not count (admission.hpp).
// Threads: one of its own, which may block on Postgres. Owns: admission and what it asks outlive it.

#include <functional>
#include <thread>

#include "events/vocabulary/result.hpp"
#include "gateway/admission/admission.hpp"

namespace ordo::admission {

class ReadModelWatch {
 public:
  using Find = std::function<Result<Shown>()>;

  ReadModelWatch(Find find, Admission& admission, std::chrono::milliseconds every = std::chrono::milliseconds(200));

 private:
  void serve(const std::stop_token& stop);

  const Find find_;
  Admission& admission_;
  const std::chrono::milliseconds every_;
  std::jthread thread_;
};

}  // namespace ordo::admission
