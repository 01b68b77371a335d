#pragma once
// Purpose: one client's connection: cuts what arrives into requests, hands them over one at a time, writes the answers.
//          It writes to a descriptor of its own, a duplicate that nobody else closes. Pistache's own queue of answers is
//          keyed by descriptor number: when a client hangs up and the number is given to the next one, that one gets the
//          answer. A duplicate can only ever reach the client that it was made for.
//          An answer may be a stream (body_stream.hpp); then it is the connection's last, and ends when the client leaves.
//          A request that arrives before the last one is answered (pipelining) is dropped; the answer under way then says
//          Connection: close, so that the client knows to send it again.
// Threads: `receive` and `note_left` from one thread, the reactor's; everything else from every thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/request_head.hpp"
#include "gateway/http/responder.hpp"

namespace ordo::http {

class ConnectionTable;

// Answers now or later, through the responder.
using Dispatch = std::function<void(Request, Responder)>;

struct ConnectionLimits {
  std::chrono::milliseconds request;  // from the first byte of a request to its last, and for a client to begin its first, or to read on
  std::chrono::milliseconds idle;     // between two requests
};

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  // Takes the descriptor, a stream socket, and closes it in the end.
  Connection(int descriptor, std::shared_ptr<ConnectionTable> table, std::shared_ptr<const Dispatch> dispatch);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void receive(std::string_view bytes);
  // The client says no more: it has left, or at least ended its side. Whoever owes it an answer is told, if he wants to know.
  void note_left();

  // As BodyStream says. Only for what `answer` gives away.
  [[nodiscard]] BodyStream::State stream_state() const;
  void write_to_stream(std::string_view text);
  void end_stream();

  // The client can take more of what it did not take at once.
  void resume_writing();
  // Ends what takes longer than the limits.
  void enforce(const ConnectionLimits& limits, Clock::time_point now);
  // Ends the connection now, answered or not.
  void cut();

  // Whether a request is not answered yet, or its answer not written.
  [[nodiscard]] bool owes_answer() const;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  enum class Phase { reading, answering, streaming, closing };

  [[nodiscard]] std::optional<Request> take_request();
  [[nodiscard]] Request make_request();
  // Of the request with this number, and of no later one.
  void when_left(std::uint64_t request, std::function<void()> told);
  void answer(const Response& response);
  void refuse(const Problem& problem, const Headers& request_headers);
  void write(std::string_view text);
  // The stream, once its head is written.
  [[nodiscard]] std::shared_ptr<BodyStream> begin(const Response& response);
  [[nodiscard]] std::size_t write_now(std::string_view text);
  void end();

  const int descriptor_;
  const std::string peer_;  // its address
  const std::shared_ptr<ConnectionTable> table_;
  const std::shared_ptr<const Dispatch> dispatch_;

  mutable std::mutex mutex_;  // guards all that follows; the private functions are called with it held
  Phase phase_ = Phase::reading;
  bool left_ = false;
  std::function<void()> told_when_left_;  // of the request that is being answered
  std::string input_;
  std::optional<RequestHead> head_;  // of the request that is arriving, once it is complete
  bool keep_alive_ = true;
  std::uint64_t requests_ = 0;  // those that came whole
  std::string unsent_;
  Clock::time_point request_begun_;
  Clock::time_point busy_since_;  // of a stream, while something is unsent
  Clock::time_point last_active_ = Clock::now();
};

}  // namespace ordo::http
