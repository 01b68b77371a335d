#include "command-side/notifications/mail/smtp_dialogue.hpp"

#include <utility>

#include <fmt/format.h>

namespace ordo::mail {
namespace {

constexpr int kGoOnWithText = 354;
constexpr int kServerLeaves = 421;

bool is_yes(int code) { return code / 100 == 2; }

// Of a command, and no verdict on what it brings.
bool is_misunderstanding(int code) { return code >= 500 && code <= 504; }

// Before a reply to the recipient, a server can only mean us: our configuration, which will be put right.
MailFailure failure_of(int code, bool means_letter) {
  if (code < 400) return {MailFailureKind::unavailable, fmt::format("the mail server answered {}, which makes no sense there", code)};
  return {code >= 500 && means_letter ? MailFailureKind::refused : MailFailureKind::deferred,
          fmt::format("the mail server answered {} to {}", code, means_letter ? "the recipient or the letter" : "us")};
}

// About; of all that is said to hand them over.
std::size_t size_of(std::span<const SmtpLetter> letters) {
  constexpr std::size_t kCommands = 64;
  std::size_t size = 0;
  for (const auto& letter : letters) size += kCommands + letter.sender.size() + letter.recipient.size() + letter.message.size();
  return size;
}

}  // namespace

SmtpDialogue::SmtpDialogue(SmtpExtensions known, std::span<const SmtpLetter> letters, bool reset)
    : known_{known.pipelining, known.pipelining && known.chunking}, letters_(letters), needs_reset_(reset) {
  answers_.reserve(letters.size());
  if (known_.chunking) unsent_.reserve(size_of(letters));
  begin_next();
  // What became of one letter is not known when the next begins.
  while (known_.chunking && next_ < letters_.size()) {
    needs_reset_ = true;
    begin_next();
  }
  say_what_may_be_said();
}

void SmtpDialogue::begin_next() {
  if (next_ == letters_.size()) return;
  if (std::exchange(needs_reset_, false)) unsaid_.push_back({Step::reset, next_});
  unsaid_.push_back({Step::mail, next_});
  unsaid_.push_back({Step::recipient, next_});
  unsaid_.push_back({known_.chunking ? Step::chunk : Step::data, next_});
  ++next_;
}

void SmtpDialogue::say_what_may_be_said() {
  while (!unsaid_.empty() && (known_.pipelining || awaited_.empty())) {
    say(unsaid_.front());
    unsaid_.pop_front();
  }
}

void SmtpDialogue::say(Turn turn) {
  const auto& letter = letters_[turn.letter];
  switch (turn.step) {
    case Step::reset: unsent_ += "RSET\r\n"; break;
    case Step::mail: unsent_.append("MAIL FROM:<").append(letter.sender).append(">\r\n"); break;
    case Step::recipient: unsent_.append("RCPT TO:<").append(letter.recipient).append(">\r\n"); break;
    case Step::data: unsent_ += "DATA\r\n"; break;
    case Step::text: say_text(letter); break;
    case Step::chunk:
      fmt::format_to(std::back_inserter(unsent_), "BDAT {} LAST\r\n", letter.message.size());
      unsent_ += letter.message;
      break;
  }
  awaited_.push_back(turn);
}

void SmtpDialogue::say_text(const SmtpLetter& letter) {
  // A line that begins with a dot gets one more, so that it does not end the letter.
  std::string_view rest = letter.message;
  if (rest.starts_with('.')) unsent_ += '.';
  for (std::size_t end; (end = rest.find("\r\n.")) != std::string_view::npos; rest.remove_prefix(end + 3)) {
    unsent_.append(rest.substr(0, end)).append("\r\n..");
  }
  unsent_.append(rest).append(".\r\n");
}

std::string SmtpDialogue::take_unsent() { return std::exchange(unsent_, {}); }

void SmtpDialogue::hear(std::string_view bytes) {
  replies_.add(bytes);
  while (!broken_off_) {
    const auto code = replies_.next();
    if (!code) break;
    if (*code == kServerLeaves || *code == SmtpReplies::kUnreadable || awaited_.empty()) {
      const bool means_letter = !awaited_.empty() && awaited_.front().step != Step::mail && awaited_.front().step != Step::reset;
      broken_off_ = *code == kServerLeaves ? failure_of(*code, means_letter)
                                           : MailFailure{MailFailureKind::unavailable, "the mail server's answer cannot be understood"};
      return;
    }
    const auto turn = awaited_.front();
    awaited_.pop_front();
    take(turn, *code);
    say_what_may_be_said();
  }
}

void SmtpDialogue::take(Turn turn, int code) {
  switch (turn.step) {
    case Step::reset: return;
    case Step::mail:
    case Step::recipient:
      if (is_yes(code)) return;
      answer(turn, code);
      // What was said already is still replied to.
      if (!known_.pipelining) go_on_after_refusal();
      return;
    case Step::data: return take_data(turn.letter, code);
    case Step::text:
      answer(turn, code);
      if (!known_.pipelining) begin_next();
      return;
    case Step::chunk:
      if (is_misunderstanding(code) && !is_answered(turn.letter)) chunks_are_understood_ = false;
      answer(turn, code);
      // After any refusal it is not said whether a transaction is open (RFC 3030, 2).
      needs_reset_ = !answers_.back();
      return;
  }
}

void SmtpDialogue::take_data(std::size_t letter, int code) {
  if (code != kGoOnWithText) {
    answer({Step::data, letter}, code);
    return go_on_after_refusal();
  }
  if (is_answered(letter)) {
    // Its recipient was refused, and the server waits for a text all the same: it gets none.
    unsent_ += ".\r\n";
    awaited_.push_back({Step::text, letter});
    needs_reset_ = true;
  } else {
    say({Step::text, letter});
  }
  if (known_.pipelining) begin_next();
}

void SmtpDialogue::go_on_after_refusal() {
  unsaid_.clear();
  needs_reset_ = true;
  begin_next();
}

void SmtpDialogue::answer(Turn turn, int code) {
  if (is_answered(turn.letter)) return;
  const bool takes_letter = turn.step == Step::text || turn.step == Step::chunk;
  if (is_yes(code) && takes_letter) {
    answers_.emplace_back();
  } else {
    const bool means_us = turn.step == Step::mail || (turn.step == Step::chunk && is_misunderstanding(code));
    answers_.push_back(tl::unexpected(failure_of(code, !means_us)));
  }
}

}  // namespace ordo::mail
