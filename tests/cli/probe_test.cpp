#include <thread>

#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/probe.hpp"

using namespace ordo;
using namespace std::chrono_literals;

namespace {

// Takes one connection on a port of its own, waits for a request where one is wanted, says its text and hangs up.
class Speaker {
 public:
  Speaker(std::string text, bool waits_for_request) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const place = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, place, size) == 0);
    REQUIRE(::listen(listener_, 1) == 0);
    REQUIRE(::getsockname(listener_, place, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, text = std::move(text), waits_for_request] {
      const int connection = ::accept(listener_, nullptr, nullptr);
      std::array<char, 1024> request{};
      if (waits_for_request) (void)!::read(connection, request.data(), request.size());
      (void)!::write(connection, text.data(), text.size());
      ::close(connection);
    });
  }
  ~Speaker() {
    thread_.join();
    ::close(listener_);
  }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_;
  int port_ = 0;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("a list of addresses is taken apart") {
  CHECK(cli::each_of("a") == std::vector<std::string>{"a"});
  CHECK(cli::each_of("nats://a:1,nats://b:2") == std::vector<std::string>{"nats://a:1", "nats://b:2"});
  CHECK(cli::each_of("").empty());
}

TEST_CASE("a greeting is the first line that somebody says by himself") {
  const Speaker mail("220 mail.example ready\r\n250 more\r\n", false);
  CHECK(cli::greeting_of("smtp://user:secret@" + mail.address() + "/", "25", 5s).value() == "220 mail.example ready");
}

TEST_CASE("where nobody listens, or nobody is to be found, it says so") {
  CHECK(cli::greeting_of("nats://127.0.0.1:1", "4222", 1s).error().kind == FailureKind::unavailable);
  CHECK(cli::greeting_of("nats://127.0.0.1", "1", 1s).error().kind == FailureKind::unavailable);
  CHECK(cli::greeting_of("nats://[::1]:1", "4222", 1s).error().kind == FailureKind::unavailable);
}

TEST_CASE("a page is asked for by HTTP, and comes with its status") {
  const Speaker web("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nlate", true);
  const auto page = cli::page_at("http://" + web.address() + "/", "/readyz", 5s);
  REQUIRE(page);
  CHECK(page->status == 503);
  CHECK(page->body == "late");
}

TEST_CASE("what speaks no HTTP, or wants it encrypted, is told apart from who is not there") {
  const Speaker mail("220 mail.example ready\r\n", true);
  CHECK_THAT(cli::page_at("http://" + mail.address(), "/", 5s).error().text, Catch::Contains("does not speak HTTP"));
  CHECK_THAT(cli::page_at("https://127.0.0.1", "/", 5s).error().text, Catch::Contains("only http://"));
}
