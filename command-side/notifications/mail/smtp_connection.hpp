#pragma once
// Purpose: a connection to a mail server: made, secured and logged in by libcurl, which then carries bytes. The only user of libcurl.
// Errors: opening answers unavailable, timeout, or deferred where the server refuses us; no failure's text names an address.
// Threads: one connection belongs to one thread at a time.
// Source: RFC 5321 (greeting), RFC 3207 (STARTTLS), RFC 4954 (AUTH).

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "command-side/notifications/mail/mail.hpp"
#include "command-side/notifications/mail/smtp_reply.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::mail {

struct SmtpSettings {
  std::string url;  // "smtp://host:port", "smtps://…"; with a user and a password in it, TLS is insisted upon
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{10'000};  // for one letter, connecting included
};

class SmtpConnection {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Progress { moved, timeout, broken };

  // Blocks for at most the time-outs of `settings`, until the server is ready for letters.
  [[nodiscard]] static Result<SmtpConnection, MailFailure> open(const SmtpSettings& settings);
  // Says goodbye, and waits for nothing.
  ~SmtpConnection();
  SmtpConnection(SmtpConnection&&) noexcept;
  SmtpConnection& operator=(SmtpConnection&&) noexcept;

  [[nodiscard]] SmtpExtensions extensions() const;
  // Sends from the beginning of `unsent` and appends what has come to `heard`, as soon as some of either is possible.
  [[nodiscard]] Progress exchange(std::string_view& unsent, std::string& heard, Clock::time_point deadline);

 private:
  struct Session;
  explicit SmtpConnection(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session_;
};

}  // namespace ordo::mail
