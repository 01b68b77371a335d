#pragma once
// Purpose: knows every open connection; goes on writing where a client did not take all at once, ends those that exceed
//          their limits, and says when nobody is owed an answer any more.
// Threads: all functions from every thread; one thread of its own between construction and `stop`. Never called back
//          into with its lock held: a connection may hold its own lock while it calls.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "gateway/http/connection.hpp"

namespace ordo::http {

class ConnectionTable {
 public:
  // `farewell`: how long an idle connection may stay when it drains.
  ConnectionTable(ConnectionLimits limits, std::chrono::milliseconds farewell, std::size_t connections_max);
  ~ConnectionTable();  // after `stop`
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // Of each socket that is accepted, before a reactor has it, and once the reactor has added or refused it: in between it is in no other
  // count, and would be forgotten by who waits until all have gone.
  void note_accepted() { ++on_their_way_; }
  void note_arrived() { --on_their_way_; }
  // False when there are as many as are allowed: the next one must be refused.
  [[nodiscard]] bool has_room();
  void add(const std::shared_ptr<Connection>& connection);
  void remove(const Connection& connection);
  // Calls `resume_writing`, once, when the client can take more.
  void watch_writable(std::shared_ptr<Connection> connection);

  // From now on every answer says Connection: close, and connections end that are not used.
  void begin_draining();
  [[nodiscard]] bool draining() const { return drains_since_ms_ != 0; }
  // From now on no request is handled.
  void begin_refusing() { refusing_ = true; }
  [[nodiscard]] bool refusing() const { return refusing_; }
  // False when answers are still owed at the end of the time.
  [[nodiscard]] bool wait_until_nothing_is_owed(std::chrono::milliseconds limit) const;

  void cut_all();
  [[nodiscard]] bool wait_until_empty(std::chrono::milliseconds limit) const;

  // Ends the thread; what is not written by then never will be.
  void stop();

 private:
  void serve(const std::stop_token& stopping);
  void serve_writable();
  [[nodiscard]] ConnectionLimits limits_at(Connection::Clock::time_point now) const;
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> connections() const;

  const ConnectionLimits limits_;
  const std::size_t connections_max_;
  const int epoll_;
  const std::chrono::milliseconds farewell_;
  std::atomic<std::int64_t> drains_since_ms_{0};  // of the monotonic clock
  std::atomic<bool> refusing_{false};
  std::atomic<std::size_t> on_their_way_{0};
  mutable std::mutex mutex_;  // guards the two maps
  std::unordered_map<const Connection*, std::weak_ptr<Connection>> connections_;
  std::unordered_map<int, std::shared_ptr<Connection>> writing_;  // by their descriptors
  bool told_full_ = false;                                        // guarded likewise
  std::jthread thread_;
};

}  // namespace ordo::http
