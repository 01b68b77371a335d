// A mail server for benchmarks, written for speed: takes every letter, keeps none, counts them.
//   counting_sink PORT [EXTENSIONS]: listens on 127.0.0.1; SIGTERM ends it, with the counts as JSON on stdout. One more command than SMTP
//   has, XCOUNT, answers "250 LETTERS BYTES". EXTENSIONS: what it says that it knows: CHUNKING (and PIPELINING; the default), PIPELINING
//   or NONE.
// Speaks SMTP as a server that has room does (RFC 5321, 2920, 3030): connections are kept, commands and whole letters may be pipelined, and
// what came together is answered together. It trusts its clients: no limits, no TLS, no addresses checked. Threads: one.

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ordo::bench {
namespace {

constexpr int kBacklog = 256;
constexpr std::string_view kGreeting = "220 sink.ordo.test counts letters\r\n";
constexpr std::string_view kEndOfLetter = "\r\n.\r\n";

struct Counts {
  std::uint64_t letters = 0;
  std::uint64_t bytes = 0;
  std::uint64_t connections = 0;
};

// The answer to EHLO.
std::string greeting_of(std::string_view extensions) {
  std::string answer = "250-sink.ordo.test\r\n";
  if (extensions != "NONE") answer += "250-PIPELINING\r\n";
  if (extensions == "CHUNKING") answer += "250-CHUNKING\r\n";
  return answer + "250-8BITMIME\r\n250 SMTPUTF8\r\n";
}

bool begins_with(std::string_view line, std::string_view verb) {
  return line.size() >= verb.size() && strncasecmp(line.data(), verb.data(), verb.size()) == 0;
}

// One client, from its first byte to its last.
class Session {
 public:
  Session(Counts& counts, const std::string& greeting) : counts_(counts), greeting_(greeting), unsent_(kGreeting) {}

  // Takes what has come; what is owed for it stands in `unsent` then.
  void take(std::string_view bytes) {
    received_.append(bytes);
    std::string_view rest = received_;
    while (chunk_left_ > 0 ? take_chunk(rest) : in_letter_ ? take_letter(rest) : take_command(rest)) {
    }
    received_.erase(0, received_.size() - rest.size());
  }

  [[nodiscard]] std::string& unsent() { return unsent_; }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  bool take_letter(std::string_view& rest) {
    // What stands before the text is the line end of DATA's own command, so an empty letter ends as any other does.
    const auto end = rest.starts_with(kEndOfLetter.substr(2)) ? 0 : rest.find(kEndOfLetter);
    if (end == std::string_view::npos) return false;
    const auto whole = end == 0 ? kEndOfLetter.size() - 2 : end + kEndOfLetter.size();
    ++counts_.letters;
    counts_.bytes += whole;
    rest.remove_prefix(whole);
    in_letter_ = false;
    unsent_ += "250 counted\r\n";
    return true;
  }

  bool take_chunk(std::string_view& rest) {
    const auto size = std::min(chunk_left_, rest.size());
    rest.remove_prefix(size);
    chunk_left_ -= size;
    counts_.bytes += size;
    if (chunk_left_ == 0) end_chunk();
    return size > 0;
  }

  void end_chunk() {
    if (chunk_is_last_) ++counts_.letters;
    unsent_ += "250 counted\r\n";
  }

  // "BDAT 1234", "BDAT 1234 LAST"
  void begin_chunk(std::string_view line) {
    chunk_left_ = std::strtoul(std::string(line.substr(4)).c_str(), nullptr, 10);
    chunk_is_last_ = line.ends_with("LAST");
    if (chunk_left_ == 0) end_chunk();
  }

  bool take_command(std::string_view& rest) {
    const auto end = rest.find("\r\n");
    if (end == std::string_view::npos || ended_) return false;
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (begins_with(line, "EHLO")) unsent_ += greeting_;
    else if (begins_with(line, "BDAT")) begin_chunk(line);
    else if (begins_with(line, "DATA")) in_letter_ = true, unsent_ += "354 go on\r\n";
    else if (begins_with(line, "QUIT")) ended_ = true, unsent_ += "221 bye\r\n";
    else if (begins_with(line, "XCOUNT")) unsent_ += fmt::format("250 {} {}\r\n", counts_.letters, counts_.bytes);
    else unsent_ += "250 yes\r\n";
    return true;
  }

  Counts& counts_;
  const std::string& greeting_;
  std::string received_;
  std::string unsent_;
  bool in_letter_ = false;
  std::size_t chunk_left_ = 0;
  bool chunk_is_last_ = false;
  bool ended_ = false;
};

class Sink {
 public:
  Sink(int listener, int told, std::string greeting)
      : listener_(listener), told_(told), poll_(epoll_create1(EPOLL_CLOEXEC)), greeting_(std::move(greeting)) {
    watch(listener_, EPOLL_CTL_ADD, EPOLLIN);
    watch(told_, EPOLL_CTL_ADD, EPOLLIN);
  }

  Counts serve() {
    std::array<epoll_event, 64> events;
    while (true) {
      const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
      for (int at = 0; at < count; ++at) {
        const int descriptor = events[static_cast<std::size_t>(at)].data.fd;
        if (descriptor == told_) return counts_;
        if (descriptor == listener_) accept_one();
        else go_on(descriptor);
      }
    }
  }

 private:
  void watch(int descriptor, int operation, std::uint32_t for_what) const {
    epoll_event event{};
    event.events = for_what;
    event.data.fd = descriptor;
    epoll_ctl(poll_, operation, descriptor, &event);
  }

  void accept_one() {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ++counts_.connections;
    auto& session = sessions_.try_emplace(descriptor, counts_, greeting_).first->second;
    watch(descriptor, EPOLL_CTL_ADD, EPOLLIN);
    write(descriptor, session);
  }

  void go_on(int descriptor) {
    auto& session = sessions_.at(descriptor);
    while (true) {
      const auto count = recv(descriptor, buffer_.data(), buffer_.size(), 0);
      if (count > 0) {
        session.take({buffer_.data(), static_cast<std::size_t>(count)});
        if (static_cast<std::size_t>(count) == buffer_.size()) continue;
      } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        return end(descriptor);
      }
      break;
    }
    write(descriptor, session);
    if (session.ended() && session.unsent().empty()) end(descriptor);
  }

  void write(int descriptor, Session& session) const {
    auto& unsent = session.unsent();
    const auto sent = unsent.empty() ? 0 : send(descriptor, unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (sent > 0) unsent.erase(0, static_cast<std::size_t>(sent));
    watch(descriptor, EPOLL_CTL_MOD, EPOLLIN | (unsent.empty() ? 0U : EPOLLOUT));
  }

  void end(int descriptor) {
    sessions_.erase(descriptor);
    close(descriptor);
  }

  const int listener_;
  const int told_;
  const int poll_;
  const std::string greeting_;
  Counts counts_;
  std::map<int, Session> sessions_;
  std::array<char, 1 << 16> buffer_;
};

int listen_on(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return bound && listen(descriptor, kBacklog) == 0 ? descriptor : -1;
}

}  // namespace
}  // namespace ordo::bench

int main(int count, char** words) {
  const std::string_view extensions = count == 3 ? words[2] : "CHUNKING";
  if (count < 2 || count > 3 || (extensions != "CHUNKING" && extensions != "PIPELINING" && extensions != "NONE")) {
    fmt::print(stderr, "counting_sink: say on which port, and whether it knows CHUNKING, PIPELINING or NONE of them\n");
    return 2;
  }
  const int listener = ordo::bench::listen_on(std::atoi(words[1]));
  if (listener < 0) {
    std::perror("counting_sink");
    return 1;
  }
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  using namespace ordo::bench;
  const auto counts = Sink(listener, signalfd(-1, &ending, SFD_CLOEXEC), greeting_of(extensions)).serve();
  fmt::print("{{\"letters\": {}, \"bytes\": {}, \"connections\": {}}}\n", counts.letters, counts.bytes, counts.connections);
  return 0;
}
