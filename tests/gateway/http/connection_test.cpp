#include "gateway/http/connection.hpp"

#include <array>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/http/connection_table.hpp"

using namespace ordo::http;
using namespace std::chrono_literals;

namespace {

// A connection whose requests are kept until the test answers them. The client's end only takes what is written.
class Connected {
 public:
  Connected() {
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) == 0);
    const auto keep = [this](const Request&, Responder responder) { asked_.push_back(std::move(responder)); };
    connection_ = std::make_shared<Connection>(ends_[0], table_, std::make_shared<const Dispatch>(keep));
    table_->add(connection_);
  }
  ~Connected() {
    asked_.clear();
    connection_.reset();
    table_->stop();
    ::close(ends_[1]);
  }
  Connected(const Connected&) = delete;
  Connected& operator=(const Connected&) = delete;

  Connection& connection() { return *connection_; }

  Responder& ask() {
    const auto before = asked_.size();
    connection_->receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(asked_.size() == before + 1);
    return asked_.back();
  }

 private:
  std::array<int, 2> ends_{};
  std::shared_ptr<ConnectionTable> table_ = std::make_shared<ConnectionTable>(ConnectionLimits{10s, 10s}, 1s, 10);
  std::shared_ptr<Connection> connection_;
  std::vector<Responder> asked_;
};

}  // namespace

TEST_CASE("whoever asks too late whether the client left hears nothing of the request that came next, whose own asker does") {
  Connected connected;
  auto& first = connected.ask();
  const auto first_left = first.when_left();
  first.answer(empty_response(204));
  const auto next_left = connected.ask().when_left();
  int told_first = 0;
  int told_next = 0;
  next_left([&told_next] { ++told_next; });
  first_left([&told_first] { ++told_first; });
  connected.connection().note_left();
  CHECK(told_first == 0);
  CHECK(told_next == 1);
}
