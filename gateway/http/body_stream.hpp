#pragma once
// Purpose: the body of an answer that has no end yet (`Response::streams`): written piece by piece, until the writer ends it or the
//          client leaves. It never waits for the client: what he does not take at once is kept, up to kStreamUnsentMax.
//          A client is dropped who takes longer than the limit of a request (ServerSettings) for what is kept, or for whom more would
//          have to be kept. So whoever writes only while it is `ready`, and less than that at a time, drops nobody who reads.
// Errors: none but `over`: it cannot be known what of the last pieces has arrived.
// Threads: every function from every thread.

#include <cstddef>
#include <string_view>

namespace ordo::http {

inline constexpr std::size_t kStreamUnsentMax = std::size_t{256} * 1024;

class BodyStream {
 public:
  // ready: all that was written is with the kernel; busy: something is kept; over: the client has left, was dropped, or it was ended.
  enum class State { ready, busy, over };

  virtual ~BodyStream() = default;

  [[nodiscard]] virtual State state() = 0;
  virtual void write(std::string_view text) = 0;
  // Behind what was written; a client for whom something is kept loses that.
  virtual void end() = 0;
};

}  // namespace ordo::http
