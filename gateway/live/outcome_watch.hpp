#pragma once
// Purpose: keeps the promise to those who wait: nobody waits beyond the deadline, and an outcome that the feed lost is found in
//          the read model.
// Errors: a look-up that fails is logged and made again at its next turn.
// Threads: two of its own: one tells who ran out of time and never blocks; the other one looks up, and may block on Postgres.
// Owns: waiters outlive it. Who still waits when it is destroyed is told that the time is up.

#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "events/vocabulary/result.hpp"
#include "gateway/live/waiters.hpp"

namespace ordo::live {

// The outcomes that the read model knows by now, of those asked for; one grouped query for each kind.
using FindOutcomes = std::function<Result<std::vector<Outcome>>(std::span<const Awaited>)>;

class OutcomeWatch {
 public:
  OutcomeWatch(Waiters& waiters, FindOutcomes find);
  ~OutcomeWatch();
  OutcomeWatch(const OutcomeWatch&) = delete;
  OutcomeWatch& operator=(const OutcomeWatch&) = delete;

 private:
  void look_up();

  Waiters& waiters_;
  FindOutcomes find_;
  std::jthread timer_;
  std::jthread finder_;
};

}  // namespace ordo::live
