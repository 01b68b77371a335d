#pragma once
// Purpose: moves a request from the thread that it is on to a pool whose threads may block.
// Errors: 503 `overloaded` when too many wait there, or this one has waited too long.
// Threads: from every thread, without blocking.

#include <utility>

#include "gateway/http/router.hpp"
#include "gateway/http/worker_pool.hpp"

namespace ordo::reads {

inline void hand_over(http::WorkerPool& workers, http::Handler handler, http::Request request, http::Responder responder) {
  struct Job {
    http::Handler handler;
    http::Request request;
    http::Responder responder;
    void operator()() { handler(std::move(request), std::move(responder)); }
    void give_up() { responder.refuse(http::try_again(http::ProblemCode::overloaded, "Too many requests wait; try again.", 1)); }
  };
  Job job{std::move(handler), std::move(request), std::move(responder)};
  if (workers.try_run(std::move(job))) return;
  job.give_up();
}

}  // namespace ordo::reads
