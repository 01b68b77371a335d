#pragma once
// Purpose: what is said to a mail server to hand it a number of letters, and what its replies mean: bytes in, bytes out, no sockets.
//          CHUNKING: all of it at once. PIPELINING: the text of one letter and the envelope of the next at once. Neither: one command
//          after the other.
// Errors: each letter's answer is its own: refused (SMTP 5xx to the recipient or the letter) or deferred; a reply that makes no sense is
//         unavailable. No answer names an address.
// Threads: one.
// Source: RFC 5321 (SMTP), RFC 2920 (PIPELINING), RFC 3030 (CHUNKING).

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command-side/notifications/mail/mail.hpp"
#include "command-side/notifications/mail/smtp_reply.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::mail {

using SmtpAnswer = Result<void, MailFailure>;  // success: the server has taken responsibility for the letter

struct SmtpLetter {
  std::string sender;     // bare addresses, each checked to be one
  std::string recipient;
  std::string message;    // every line ends with "\r\n"
};

class SmtpDialogue {
 public:
  // `reset`: a transaction may be left open from before. The letters outlive the dialogue.
  SmtpDialogue(SmtpExtensions known, std::span<const SmtpLetter> letters, bool reset);

  // What is to be sent next; nothing while it is the server's turn.
  [[nodiscard]] std::string take_unsent();
  void hear(std::string_view bytes);

  // Of the letters answered so far: the first, the second, …
  [[nodiscard]] const std::vector<SmtpAnswer>& answers() const { return answers_; }
  // All letters are answered, and nothing more will be said.
  [[nodiscard]] bool is_done() const { return answers_.size() == letters_.size() && awaited_.empty(); }
  // The server ends it (421), or speaks no SMTP: what it meant by that. Nothing is heard any more.
  [[nodiscard]] const std::optional<MailFailure>& broken_off() const { return broken_off_; }
  [[nodiscard]] bool leaves_transaction_open() const { return needs_reset_; }
  // False: what stands between offers CHUNKING and does not speak it (500–504 to a chunk whose recipient was accepted).
  [[nodiscard]] bool chunks_are_understood() const { return chunks_are_understood_; }

 private:
  enum class Step : std::uint8_t { reset, mail, recipient, data, text, chunk };
  struct Turn {
    Step step;
    std::size_t letter;
  };

  void begin_next();
  void say_what_may_be_said();
  void say(Turn turn);
  void say_text(const SmtpLetter& letter);
  void take(Turn turn, int code);
  void take_data(std::size_t letter, int code);
  void go_on_after_refusal();
  void answer(Turn turn, int code);
  [[nodiscard]] bool is_answered(std::size_t letter) const { return letter < answers_.size(); }

  const SmtpExtensions known_;
  const std::span<const SmtpLetter> letters_;
  SmtpReplies replies_;
  std::string unsent_;
  std::deque<Turn> unsaid_;
  std::deque<Turn> awaited_;  // said, and not replied to yet
  std::size_t next_ = 0;      // letter to begin
  bool needs_reset_;
  bool chunks_are_understood_ = true;
  std::vector<SmtpAnswer> answers_;
  std::optional<MailFailure> broken_off_;
};

}  // namespace ordo::mail
