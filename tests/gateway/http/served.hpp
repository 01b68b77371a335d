#pragma once
// Purpose: a real server on a free port, with routes that tests need.
//   GET /echo answers the correlation id, POST /echo the body, GET /large ten megabytes, GET /later from another thread
//   when `release` is called, GET /never is dropped, GET /stream begins a stream that the test writes to.
// Threads: as Server.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "gateway/http/server.hpp"

namespace ordo::http {

class Served {
 public:
  explicit Served(ServerSettings settings = {}) : pool_(2, 1000), server_(std::move(settings), make_router()) {
    REQUIRE(server_.start().has_value());
  }

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] Server& server() { return server_; }

  [[nodiscard]] std::size_t held() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }

  // Those that have begun.
  [[nodiscard]] std::vector<std::shared_ptr<BodyStream>> streams() {
    const std::lock_guard lock(mutex_);
    return streams_;
  }

  // Counts the clients who leave before what is held is answered.
  [[nodiscard]] std::shared_ptr<std::atomic<int>> count_who_leave() {
    const auto left = std::make_shared<std::atomic<int>>(0);
    const std::lock_guard lock(mutex_);
    for (const auto& responder : held_) responder.when_left()([left] { ++*left; });
    return left;
  }

  // Answers everything that is held.
  void release() {
    std::vector<Responder> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (Responder& responder : held) responder.answer(json_response(200, "\"later\""));
  }

 private:
  Router make_router() {
    Router router(
        [](std::string_view) -> Result<Principal, AuthFailure> {
          return tl::unexpected<AuthFailure>(AuthFailure::invalid);
        },
        pool_);
    const auto add = [&](Method method, std::string pattern, RunsOn runs_on, Handler handler) {
      router.add({.method = method,
                  .pattern = std::move(pattern),
                  .handler = std::move(handler),
                  .access = Access::anyone,
                  .runs_on = runs_on});
    };
    add(Method::get, "/echo", RunsOn::reactor, [](Request request, Responder responder) {
      responder.answer(
          std::move(json_response(200, '"' + request.correlation_id + '"').with("ETag", strong_etag("1"))));
    });
    add(Method::post, "/echo", RunsOn::workers,
        [](Request request, Responder responder) { responder.answer(json_response(200, request.body)); });
    add(Method::get, "/large", RunsOn::workers,
        [](Request, Responder responder) { responder.answer(json_response(200, std::string(10'000'000, '7'))); });
    add(Method::get, "/never", RunsOn::workers, [](Request, Responder) {});
    add(Method::get, "/stream", RunsOn::workers, [this](Request, Responder responder) {
      Response response;
      response.content_type = "text/event-stream";
      response.streams = [this](std::shared_ptr<BodyStream> body) {
        const std::lock_guard lock(mutex_);
        streams_.push_back(std::move(body));
      };
      responder.answer(std::move(response));
    });
    add(Method::get, "/later", RunsOn::reactor, [this](Request, Responder responder) {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(responder));
    });
    return router;
  }

  WorkerPool pool_;
  std::mutex mutex_;
  std::vector<Responder> held_;
  std::vector<std::shared_ptr<BodyStream>> streams_;
  Server server_;
};

}  // namespace ordo::http
