#pragma once
// Purpose: hands letters to an SMTP server, one after the other, over one connection that is kept open in between. The only user
//          of libcurl.
// Errors: see MailFailureKind; a failure's text never names an address.
// Threads: one mailer belongs to one thread at a time; each thread has its own.
// Source: RFC 5321 (SMTP), RFC 5322 (headers), RFC 2045–2047 (MIME).

#include <chrono>
#include <memory>
#include <string>

#include "command-side/notifications/mail/mail.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::mail {

struct SmtpSettings {
  std::string url;  // "smtp://host:port", "smtps://…"; with a user and a password in it, TLS is insisted upon
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{10'000};  // for one letter, connecting included
};

class SmtpMailer {
 public:
  explicit SmtpMailer(SmtpSettings settings);
  ~SmtpMailer();
  SmtpMailer(SmtpMailer&&) noexcept;
  SmtpMailer& operator=(SmtpMailer&&) noexcept;

  // Blocks for at most `total_timeout`, twice that when the kept connection turns out to be broken: then the letter is sent once
  // more over a new one, under the same Message-ID. Success means that the server has taken responsibility for the letter.
  [[nodiscard]] Result<void, MailFailure> send(const Mail& mail);

 private:
  struct Session;
  SmtpSettings settings_;
  std::unique_ptr<Session> session_;
};

}  // namespace ordo::mail
