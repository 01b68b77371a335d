#pragma once
// Purpose: the right to answer one request, once. It may be moved to another thread and kept until the answer is known.
//          What the answer owes to the request is done here: X-Correlation-Id, HEAD without a body, 304 where
//          If-None-Match holds the ETag of the answer.
// Errors: none for the caller: where the client has left, the answer is dropped. A responder that dies without having
//         answered answers 500 `internal_error`.
// Threads: one owner at a time, any thread.

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "gateway/http/problem.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"

namespace ordo::http {

class Responder {
 public:
  // Called once, on the thread that answers; must not throw.
  using Sink = std::function<void(Response)>;

  // Calls `told` once, on any thread, when the client has left; not behind the answer. Of several the last one is told.
  using WhenLeft = std::function<void(std::function<void()> told)>;

  Responder(const Request& request, Sink sink, WhenLeft when_left = {});
  ~Responder();
  Responder(Responder&& other) noexcept;
  Responder& operator=(Responder&& other) noexcept;
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

  // Goes out with the answer, whatever it is: rate limits, Idempotency-Replayed, …
  void attach(Header header);

  // Called with the status when it is answered, on the thread that answers; must not throw.
  using Watch = std::function<void(int status)>;
  void watch(Watch watch) { watch_ = std::move(watch); }

  // By which one hears that the client has left before he was answered, who is owed it all the same; maybe on the spot. A proxy may
  // hide it. Empty where nobody could tell.
  [[nodiscard]] const WhenLeft& when_left() const { return when_left_; }

  // Exactly one of these, exactly once.
  void answer(Response response);
  void refuse(const Problem& problem);

  [[nodiscard]] bool answered() const { return !sink_; }

 private:
  void finish();

  Sink sink_;  // empty once answered, or moved from
  WhenLeft when_left_;
  Method method_;
  std::string correlation_id_;
  std::optional<std::string> if_none_match_;
  Headers attached_;
  Watch watch_;
};

}  // namespace ordo::http
