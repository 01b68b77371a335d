#pragma once
// Purpose: reads what a mail server says: replies to commands, and which extensions it knows.
// Threads: plain values.
// Source: RFC 5321, 4.2 (replies), 4.1.1.1 (EHLO).

#include <optional>
#include <string>
#include <string_view>

namespace ordo::mail {

// "250-first", "250 last" → 250
class SmtpReplies {
 public:
  static constexpr int kUnreadable = 0;

  void add(std::string_view bytes) { received_.append(bytes); }
  // The code of the next whole reply, `kUnreadable` for what is none; nothing while it has not come.
  [[nodiscard]] std::optional<int> next();

 private:
  std::string received_;
  std::size_t read_ = 0;  // of `received_`
};

struct SmtpExtensions {
  bool pipelining = false;  // RFC 2920
  bool chunking = false;    // RFC 3030

  friend bool operator==(const SmtpExtensions&, const SmtpExtensions&) = default;
};

// Listens to a connection's beginning, line by line. Only EHLO and HELO are answered with 250 there, and what the last of them was
// answered holds: TLS changes what a server offers.
class SmtpGreeting {
 public:
  void hear(std::string_view line);
  [[nodiscard]] SmtpExtensions extensions() const { return extensions_; }

 private:
  SmtpExtensions extensions_;
  bool reply_goes_on_ = false;
};

}  // namespace ordo::mail
