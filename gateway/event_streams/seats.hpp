#pragma once
// Purpose: how many event streams are open, in all and of each user, and no more of them than the limits say.
// Errors: 429 `rate_limited` where a user has enough; 503 `overloaded` where the gateway has; both with Retry-After.
// Threads: every function from every thread; a `Seat` is given back by whoever drops it last. Owns: the seats' books live as long as
//          any seat does.

#include <cstddef>
#include <memory>

#include "events/vocabulary/ids.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::event_streams {

struct SeatLimits {
  std::size_t seats_max = 5'000;
  std::size_t seats_per_user_max = 10;
};

class Seats {
 public:
  explicit Seats(SeatLimits limits = {});

  // Held as long as the stream is open.
  using Seat = std::shared_ptr<const void>;
  [[nodiscard]] Result<Seat, http::Problem> take(UserId user);
  [[nodiscard]] std::size_t taken() const;

 private:
  struct Books;
  std::shared_ptr<Books> books_;
};

}  // namespace ordo::event_streams
