#include "gateway/http/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "gateway/http/client_address.hpp"
#include "gateway/http/connection_table.hpp"
#include "gateway/http/request_fields.hpp"
#include "gateway/http/response_text.hpp"

namespace ordo::http {
namespace {

// A client that was told Connection: close has so long to take the answer and to hang up.
constexpr std::chrono::seconds kLinger{2};
// What the kernel keeps for the reader of a stream; it takes twice as much. Left alone, it would take megabytes for each who is slow.
constexpr int kStreamKernelBytes = 32 * 1024;

// Keeps nothing alive: the connection is there as long as its client is.
class StreamedBody final : public BodyStream {
 public:
  explicit StreamedBody(std::weak_ptr<Connection> connection) : connection_(std::move(connection)) {}

  State state() override {
    const auto connection = connection_.lock();
    return connection ? connection->stream_state() : State::over;
  }
  void write(std::string_view text) override {
    if (const auto connection = connection_.lock()) connection->write_to_stream(text);
  }
  void end() override {
    if (const auto connection = connection_.lock()) connection->end_stream();
  }

 private:
  const std::weak_ptr<Connection> connection_;
};

}  // namespace

Connection::Connection(int descriptor, std::shared_ptr<ConnectionTable> table, std::shared_ptr<const Dispatch> dispatch)
    : descriptor_(descriptor), peer_(peer_address(descriptor)), table_(std::move(table)), dispatch_(std::move(dispatch)) {}

Connection::~Connection() {
  table_->remove(*this);
  ::close(descriptor_);
}

void Connection::receive(std::string_view bytes) {
  std::optional<Request> request;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::answering) keep_alive_ = false;
    if (phase_ != Phase::reading) return;
    last_active_ = Clock::now();
    if (input_.empty()) request_begun_ = last_active_;
    input_ += bytes;
    request = take_request();
    number = requests_;
  }
  if (!request) return;
  Responder responder(*request, [self = shared_from_this()](const Response& response) { self->answer(response); },
                      [connection = weak_from_this(), number](std::function<void()> told) {
                        if (const auto self = connection.lock()) self->when_left(number, std::move(told));
                      });
  (*dispatch_)(std::move(*request), std::move(responder));
}

void Connection::note_left() {
  std::function<void()> told;
  {
    const std::lock_guard lock(mutex_);
    left_ = true;
    told.swap(told_when_left_);
  }
  if (told) told();
}

void Connection::when_left(std::uint64_t request, std::function<void()> told) {
  {
    const std::lock_guard lock(mutex_);
    if (phase_ != Phase::answering || request != requests_) return;
    if (!left_) {
      told_when_left_ = std::move(told);
      return;
    }
  }
  told();
}

// The request, once all of it has arrived.
std::optional<Request> Connection::take_request() {
  if (!head_) {
    auto head = read_request_head(input_);
    if (!head) {
      refuse(head.error().problem, head.error().headers);
      return std::nullopt;
    }
    if (!*head) return std::nullopt;
    head_ = std::move(**head);
  }
  const std::size_t bytes = head_->bytes + head_->content_length;
  if (input_.size() < bytes) {
    if (std::exchange(head_->expects_continue, false)) write(kContinueText);
    return std::nullopt;
  }
  keep_alive_ = head_->keep_alive && input_.size() == bytes;
  phase_ = Phase::answering;
  ++requests_;
  return make_request();
}

Request Connection::make_request() {
  Request request;
  request.method = head_->method;
  request.path = std::move(head_->path);
  request.query_text = std::move(head_->query_text);
  request.headers = std::move(head_->headers);
  request.body = input_.substr(head_->bytes, head_->content_length);
  request.client_address = peer_;
  request.correlation_id = correlation_id_of(request.headers);
  request.traceparent = traceparent_of(request.headers);
  input_.clear();
  head_.reset();
  return request;
}

void Connection::answer(const Response& response) {
  std::shared_ptr<BodyStream> stream;
  std::function<void()> forgotten;  // dies without the lock
  {
    const std::lock_guard lock(mutex_);
    forgotten.swap(told_when_left_);
    if (phase_ != Phase::answering) return;  // cut in the meantime
    if (response.streams) {
      stream = begin(response);
    } else {
      const bool keep_alive = keep_alive_ && !table_->draining();
      phase_ = keep_alive ? Phase::reading : Phase::closing;
      write(response_text(response, keep_alive));
    }
  }
  if (stream) response.streams(std::move(stream));
}

std::shared_ptr<BodyStream> Connection::begin(const Response& response) {
  phase_ = response.body_withheld ? Phase::closing : Phase::streaming;
  write(response_text(response, false));
  if (phase_ != Phase::streaming) return nullptr;
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDBUF, &kStreamKernelBytes, sizeof kStreamKernelBytes);
  return std::make_shared<StreamedBody>(weak_from_this());
}

BodyStream::State Connection::stream_state() const {
  const std::lock_guard lock(mutex_);
  if (phase_ != Phase::streaming) return BodyStream::State::over;
  return unsent_.empty() ? BodyStream::State::ready : BodyStream::State::busy;
}

void Connection::write_to_stream(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (phase_ != Phase::streaming) return;
  const bool was_ready = unsent_.empty();
  write(text);
  if (was_ready && !unsent_.empty()) busy_since_ = Clock::now();
  if (unsent_.size() > kStreamUnsentMax) end();
}

void Connection::end_stream() {
  const std::lock_guard lock(mutex_);
  if (phase_ != Phase::streaming) return;
  phase_ = Phase::closing;
  unsent_.empty() ? write({}) : end();
}

void Connection::refuse(const Problem& problem, const Headers& request_headers) {
  const std::string correlation_id = correlation_id_of(request_headers);
  Response response = problem_response(problem, correlation_id);
  response.with("X-Correlation-Id", correlation_id);
  input_.clear();
  phase_ = Phase::closing;
  write(response_text(response, false));
}

void Connection::write(std::string_view text) {
  last_active_ = Clock::now();
  if (unsent_.empty()) text.remove_prefix(write_now(text));
  if (!text.empty()) {
    unsent_ += text;
    table_->watch_writable(shared_from_this());
  } else if (phase_ == Phase::closing) {
    // Only our side: closing with unread input would reset the connection and take the answer with it.
    ::shutdown(descriptor_, SHUT_WR);
  }
}

// How many bytes are done with; all of them when nobody will read them any more.
std::size_t Connection::write_now(std::string_view text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count =
        ::send(descriptor_, text.data() + written, text.size() - written, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      written += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return written;
    } else if (errno != EINTR) {
      phase_ = Phase::closing;
      return text.size();
    }
  }
  return written;
}

void Connection::resume_writing() {
  const std::lock_guard lock(mutex_);
  const std::string rest = std::exchange(unsent_, {});
  if (!rest.empty()) write(rest);
}

void Connection::enforce(const ConnectionLimits& limits, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto silent = now - last_active_;
  if (!unsent_.empty()) {
    const bool too_slow = phase_ == Phase::streaming && now - busy_since_ > limits.request;
    if (silent > limits.request || too_slow) end();
  } else if (phase_ == Phase::closing) {
    if (silent > kLinger) end();
  } else if (phase_ == Phase::reading && input_.empty()) {
    if (silent > (requests_ > 0 ? limits.idle : std::min(limits.idle, limits.request))) end();
  } else if (phase_ == Phase::reading && now - request_begun_ > limits.request) {
    refuse(problem(ProblemCode::request_timeout, "The request was not complete in time."),
           head_ ? head_->headers : Headers{});
  }
}

void Connection::cut() {
  const std::lock_guard lock(mutex_);
  end();
}

void Connection::end() {
  phase_ = Phase::closing;
  unsent_.clear();
  ::shutdown(descriptor_, SHUT_RDWR);
}

bool Connection::owes_answer() const {
  const std::lock_guard lock(mutex_);
  return phase_ == Phase::answering || !unsent_.empty();
}

}  // namespace ordo::http
