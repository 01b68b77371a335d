#include "command-side/notifications/mail/smtp_mailer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "command-side/notifications/mail/mail_message.hpp"

namespace ordo::mail {
namespace {

using Clock = SmtpConnection::Clock;

// A flight that took less may be followed by one of twice as many letters; after one that took longer, half as many.
constexpr std::chrono::milliseconds kQuickFlight{250};
constexpr int kBarrenConnectionsMax = 2;

const MailFailure kSilence{MailFailureKind::timeout, "the mail server did not answer in time"};
const MailFailure kHungUp{MailFailureKind::unavailable, "the mail could not be handed over: the mail server broke the connection"};

}  // namespace

std::vector<SmtpAnswer> SmtpMailer::send(std::span<const Mail> mails) {
  std::vector<SmtpAnswer> answers(mails.size());
  std::vector<SmtpLetter> letters;
  letters.reserve(mails.size());
  for (std::size_t index = 0; index < mails.size(); ++index) {
    auto message = message_of(mails[index]);
    if (message) {
      letters.push_back({mails[index].from, mails[index].to, std::move(*message)});
    } else {
      answers[index] = tl::unexpected(std::move(message.error()));
    }
  }
  auto handed_over = hand_over(letters);
  auto next = handed_over.begin();
  for (auto& answer : answers) {
    if (answer) answer = std::move(*next++);
  }
  return answers;
}

std::vector<SmtpAnswer> SmtpMailer::hand_over(std::span<const SmtpLetter> letters) {
  std::vector<SmtpAnswer> answers;
  answers.reserve(letters.size());
  for (int barren = 0; answers.size() < letters.size();) {
    const auto began = Clock::now();
    if (!connection_) {
      auto opened = SmtpConnection::open(settings_);
      if (!opened) {
        answers.resize(letters.size(), tl::unexpected(opened.error()));
        break;
      }
      connection_.emplace(std::move(*opened));
      connection_has_served_ = transaction_is_open_ = false;
    }
    const auto left = letters.subspan(answers.size());
    const auto flight = left.first(std::min(flight_, left.size()));
    auto flown = fly(flight, began);
    const auto answered = flown.answers.size();
    if (answered > 0) {
      barren = 0;
      connection_has_served_ = true;
    }
    std::ranges::move(flown.answers, std::back_inserter(answers));
    if (flown.end == End::done) continue;
    connection_.reset();
    flight_ = 1;
    // Whoever hangs up on us between two letters means neither of them.
    if (answered == flight.size() || (flown.end == End::broken && connection_has_served_)) continue;
    answers.push_back(tl::unexpected(flown.failure));
    if (answered == 0 && ++barren == kBarrenConnectionsMax) answers.resize(letters.size(), tl::unexpected(flown.failure));
  }
  return answers;
}

SmtpMailer::Flown SmtpMailer::fly(std::span<const SmtpLetter> letters, Clock::time_point began) {
  auto known = connection_->extensions();
  known.chunking = known.chunking && may_chunk_;
  SmtpDialogue dialogue(known, letters, transaction_is_open_);
  auto deadline = began + settings_.total_timeout;
  const auto ended = [&](End end, const MailFailure& failure) {
    may_chunk_ = may_chunk_ && dialogue.chunks_are_understood();
    return Flown{end, dialogue.answers(), failure};
  };
  std::string said, heard;
  for (std::string_view unsent; !dialogue.is_done();) {
    if (unsent.empty()) unsent = said = dialogue.take_unsent();
    heard.clear();
    const auto progress = connection_->exchange(unsent, heard, deadline);
    if (progress == SmtpConnection::Progress::timeout) return ended(End::timeout, kSilence);
    if (progress == SmtpConnection::Progress::broken) return ended(End::broken, kHungUp);
    const auto answered = dialogue.answers().size();
    dialogue.hear(heard);
    if (dialogue.broken_off()) return ended(End::broken, *dialogue.broken_off());
    // The next letter's time begins.
    if (dialogue.answers().size() > answered) deadline = Clock::now() + settings_.total_timeout;
  }
  transaction_is_open_ = dialogue.leaves_transaction_open();
  adapt(letters.size(), Clock::now() - began);
  return ended(End::done, {});
}

void SmtpMailer::adapt(std::size_t letters, Clock::duration took) {
  if (took >= kQuickFlight) {
    flight_ = std::max<std::size_t>(flight_ / 2, 1);
  } else if (letters == flight_) {
    flight_ = std::min(flight_ * 2, kFlightMax);
  }
}

}  // namespace ordo::mail
