#pragma once
// Purpose: the port for questions that one process asks another and waits for; nothing of it is stored. Implementations:
//          `InMemoryRequestReply` (tests) and `jetstream::NatsRequestReply`.
// Threads: every function may be called from every thread. A handler runs on the service's own threads, several at once.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/vocabulary/result.hpp"

namespace ordo::log {

// Answers one request; must not throw.
using Handler = std::function<std::string(std::string)>;

struct ServiceOptions {
  std::string subject;
  std::string queue_group;            // of those that serve the subject in this group, one gets each request; empty: all do
  std::size_t worker_threads = 1;
  std::size_t queue_size_max = 1024;  // requests that wait for a worker; beyond it a request is told `unavailable` at once
};

// Serves as long as it lives. The destructor takes no new request, answers those that wait, and returns when all handlers have.
class Service {
 public:
  virtual ~Service() = default;
};

class RequestReply {
 public:
  virtual ~RequestReply() = default;

  // Blocks until the reply is there.
  // Errors: unavailable, at once, when nobody serves the subject, the service is full, or there is no connection; timeout.
  [[nodiscard]] virtual Result<std::string> request(const std::string& subject, std::string payload,
                                                    std::chrono::milliseconds timeout) = 0;

  // Blocks for the whole window, and answers all replies that came in it: of everybody who serves the subject without a queue group, and
  // of one in each group. Nobody is no error, and ends it at once.
  // Errors: unavailable when there is no connection.
  [[nodiscard]] virtual Result<std::vector<std::string>> request_all(const std::string& subject, std::string payload,
                                                                     std::chrono::milliseconds window) = 0;

  // Errors: unavailable.
  [[nodiscard]] virtual Result<std::unique_ptr<Service>> serve(ServiceOptions options, Handler handler) = 0;
};

}  // namespace ordo::log
