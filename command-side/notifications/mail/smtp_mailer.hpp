#pragma once
// Purpose: hands letters to an SMTP server, many at once, over one connection that is kept open in between.
// Errors: see MailFailureKind, each letter's apart; a failure's text never names an address.
// Threads: one mailer belongs to one thread at a time; each thread has its own.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "command-side/notifications/mail/mail.hpp"
#include "command-side/notifications/mail/smtp_connection.hpp"
#include "command-side/notifications/mail/smtp_dialogue.hpp"

namespace ordo::mail {

class SmtpMailer {
 public:
  // Letters that are on their way at once, at most: with 4 KB each, what a socket takes in a moment.
  static constexpr std::size_t kFlightMax = 64;

  explicit SmtpMailer(SmtpSettings settings) : settings_(std::move(settings)) {}

  // An answer for each, in their order. Blocks for at most `total_timeout` from one answer to the next. When the connection breaks
  // that had served well before, what was not answered is sent once more over a new one, under the same Message-ID; when a letter is
  // what broke it, or what the server is silent about, that letter fails, and those behind it go on over a new one. Two connections
  // in a row over which nothing is answered are enough: all that is left fails.
  [[nodiscard]] std::vector<SmtpAnswer> send(std::span<const Mail> mails);
  [[nodiscard]] SmtpAnswer send(const Mail& mail) { return send(std::span(&mail, 1)).front(); }

  // How many are best given to `send` just now: few at a slow server, so that an end is not waited for too long, and when one of
  // them may be what broke a connection.
  [[nodiscard]] std::size_t flight() const { return flight_; }

 private:
  enum class End { done, broken, timeout };
  struct Flown {
    End end;
    std::vector<SmtpAnswer> answers;  // of the first letters
    MailFailure failure;              // of the one behind them, unless all are answered
  };

  [[nodiscard]] std::vector<SmtpAnswer> hand_over(std::span<const SmtpLetter> letters);
  [[nodiscard]] Flown fly(std::span<const SmtpLetter> letters, SmtpConnection::Clock::time_point began);
  void adapt(std::size_t letters, SmtpConnection::Clock::duration took);

  SmtpSettings settings_;
  std::optional<SmtpConnection> connection_;
  bool connection_has_served_ = false;
  bool transaction_is_open_ = false;
  bool may_chunk_ = true;  // until a server has not understood its own offer
  std::size_t flight_ = 1;
};

}  // namespace ordo::mail
