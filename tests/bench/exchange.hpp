#pragma once
// Purpose: one keep-alive HTTP/1.1 connection that carries one exchange at a time, for the load generator. Its buffers stay, so an exchange
//          allocates nothing once they have grown.
// Errors: `failed()` after anything that is no complete answer with a Content-Length; such a connection is of no more use.
// Owns: its socket. Threads: one.

#include <string>
#include <string_view>

namespace ordo::bench {

struct Answer {
  int status = 0;
  std::string_view head;  // from the status line; both live until the next exchange
  std::string_view body;
};

// The value of a header field, or nothing; `head` begins with the status line.
[[nodiscard]] std::string_view field_in(std::string_view head, std::string_view name);

class Exchange {
 public:
  // Connects, blocking; `failed()` tells when it could not.
  Exchange(const std::string& host, const std::string& port);
  ~Exchange();
  Exchange(Exchange&& other) noexcept;
  Exchange& operator=(Exchange&&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool idle() const { return idle_; }

  // Requires: idle. A server closes what nobody uses; `open_anew` connects again, blocking.
  [[nodiscard]] bool closed_by_server() const;
  void open_anew(const std::string& host, const std::string& port);

  // Requires: idle. What is written here, `begin` sends: as much as the socket takes; `resume` sends the rest.
  [[nodiscard]] std::string& request() { return request_; }
  void begin();

  // Whenever the socket is readable or writable. True: the answer is whole, and the connection idle.
  [[nodiscard]] bool resume();
  [[nodiscard]] const Answer& answer() const { return answer_; }

 private:
  void write_some();
  [[nodiscard]] bool read_some();
  [[nodiscard]] bool parse();

  int descriptor_ = -1;
  bool failed_ = false;
  bool idle_ = true;
  std::string request_;
  std::size_t written_ = 0;
  std::string received_;
  Answer answer_;
};

}  // namespace ordo::bench
