#include <catch2/catch.hpp>

#include <atomic>
#include <set>
#include <thread>

#include "command-side/notifications/mail/smtp_mailer.hpp"
#include "tests/command-side/notifications/mail/mailbox.hpp"
#include "tests/command-side/notifications/mail/mails.hpp"

namespace ordo::mail {
namespace {

// The mailbox is shared by all that runs: each test finds its own letters again by this.
std::string fresh_correlation_id() { return EventId::random().text(); }

}  // namespace

TEST_CASE("a Russian letter arrives as it was written") {
  const auto correlation_id = fresh_correlation_id();
  const auto mail = russian_mail(correlation_id);
  REQUIRE(SmtpMailer({sink_url()}).send(mail));
  const auto letters = received(correlation_id);
  REQUIRE(letters.size() == 1);
  const auto& letter = letters.front();
  CHECK(letter.subject == mail.subject);
  CHECK(letter.text == mail.text);
  CHECK(letter.html == mail.html);
  CHECK(letter.from == mail.from);
  CHECK(letter.to == mail.to);
  CHECK(letter.message_id == mail.message_id);
  CHECK(letter.date == "Thu, 01 Jan 2026 00:00:00 +0000");
  CHECK(letter.auto_submitted == "auto-generated");
  CHECK(letter.type == "multipart/alternative");
  CHECK(letter.defects == "[]");
}

TEST_CASE("a letter in English with a few letters beyond ASCII arrives as it was written") {
  auto mail = english_mail();
  mail.correlation_id = fresh_correlation_id();
  mail.text += std::string(300, 'x') + " trailing space \n";
  REQUIRE(SmtpMailer({sink_url()}).send(mail));
  const auto letters = received(mail.correlation_id);
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].subject == mail.subject);
  CHECK(letters[0].text == mail.text);
  CHECK(letters[0].html == mail.html);
  CHECK(letters[0].defects == "[]");
}

TEST_CASE("a header that somebody slipped into the subject reaches nobody") {
  auto mail = russian_mail(fresh_correlation_id());
  mail.subject = "Привет\r\nBcc: eve@ordo.test";
  const auto sent = SmtpMailer({sink_url()}).send(mail);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == MailFailureKind::malformed);
  CHECK(received(mail.correlation_id).empty());
}

TEST_CASE("a hundred letters over kept connections all arrive, each once") {
  const auto correlation_id = fresh_correlation_id();
  std::vector<Mail> mails;
  std::set<std::string> expected;
  for (int count = 0; count < 100; ++count) {
    mails.push_back(russian_mail(correlation_id));
    expected.insert(mails.back().message_id);
  }
  std::atomic<std::size_t> next = 0;
  std::atomic<int> sent = 0;
  const auto send_some = [&] {
    SmtpMailer mailer({sink_url()});
    for (auto at = next++; at < mails.size(); at = next++) {
      if (mailer.send(mails[at])) ++sent;
    }
  };
  {
    std::vector<std::jthread> senders;
    for (int count = 0; count < 4; ++count) senders.emplace_back(send_some);
  }
  CHECK(sent == 100);
  const auto letters = received(correlation_id);
  CHECK(letters.size() == 100);
  std::set<std::string> arrived;
  for (const auto& letter : letters) arrived.insert(letter.message_id);
  CHECK(arrived == expected);
}

}  // namespace ordo::mail
