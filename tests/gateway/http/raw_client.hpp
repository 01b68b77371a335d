#pragma once
// Purpose: a client that says exactly what a test wants, byte for byte. Every wait has a limit.
// Threads: one client, one thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/headers.hpp"

namespace ordo::http {

struct RawAnswer {
  int status = 0;
  Headers headers;
  std::string body;

  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view text);
  // The next answer; nothing where the connection ends, or the limit is over, before it is complete.
  [[nodiscard]] std::optional<RawAnswer> receive(bool withheld = false);
  RawAnswer ask(std::string_view text);

  // Whether this arrives; what stands before it is passed over.
  [[nodiscard]] bool sees(std::string_view text);

  // Whether the server ends the connection within the limit.
  [[nodiscard]] bool is_ended();
  void end_sending();
  // Closes with a reset instead of an orderly end.
  void reset();

 private:
  bool read_more();

  int socket_;
  std::string received_;
};

[[nodiscard]] std::string get(std::string_view path, std::string_view header_lines = "");
[[nodiscard]] std::string post(std::string_view path, std::string_view body, std::string_view header_lines = "");

}  // namespace ordo::http
