#include <catch2/catch.hpp>

#include <chrono>

#include "command-side/notifications/mail/smtp_mailer.hpp"
#include "tests/command-side/notifications/mail/mails.hpp"
#include "tests/command-side/notifications/mail/scripted_server.hpp"

namespace ordo::mail {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

SmtpSettings impatient(const std::string& url) { return {url, 300ms, 600ms}; }

MailFailure failure_with(Script script) {
  const ScriptedServer server(std::move(script));
  const auto sent = SmtpMailer(impatient(server.url())).send(russian_mail());
  REQUIRE_FALSE(sent);
  CHECK_THAT(sent.error().text, !Contains("@"));
  return sent.error();
}

}  // namespace

TEST_CASE("a letter is one multipart/alternative with both bodies and its headers") {
  const ScriptedServer server;
  REQUIRE(SmtpMailer(impatient(server.url())).send(russian_mail()));
  REQUIRE(server.letters().size() == 1);
  const auto letter = server.letters().front();
  CHECK_THAT(letter, Contains("Content-Type: multipart/alternative; boundary="));
  CHECK_THAT(letter, Contains("MIME-Version: 1.0\n", Catch::CaseSensitive::No));
  CHECK_THAT(letter, Contains("Content-Type: text/plain; charset=utf-8\n"));
  CHECK_THAT(letter, Contains("Content-Type: text/html; charset=utf-8\n"));
  CHECK_THAT(letter, Contains("X-Correlation-Id: walk-1\n") && Contains("Auto-Submitted: auto-generated\n"));
  CHECK_THAT(letter, !Contains("multipart/mixed"));
}

TEST_CASE("a letter in Cyrillic goes as base64, one in Latin stays readable") {
  const ScriptedServer server;
  SmtpMailer mailer(impatient(server.url()));
  REQUIRE(mailer.send(russian_mail()));
  REQUIRE(mailer.send(english_mail()));
  CHECK_THAT(server.letters()[0], Contains("Content-Transfer-Encoding: base64"));
  CHECK_THAT(server.letters()[1], Contains("Content-Transfer-Encoding: quoted-printable") && Contains("caf=C3=A9 =3D 2."));
}

TEST_CASE("letters follow each other over one connection") {
  const ScriptedServer server;
  SmtpMailer mailer(impatient(server.url()));
  for (int count = 0; count < 10; ++count) REQUIRE(mailer.send(russian_mail()));
  CHECK(server.letters().size() == 10);
  CHECK(server.connections() == 1);
}

TEST_CASE("a connection that the server has closed in between is replaced") {
  const ScriptedServer server({}, 1);
  SmtpMailer mailer(impatient(server.url()));
  for (int count = 0; count < 5; ++count) REQUIRE(mailer.send(russian_mail()));
  CHECK(server.letters().size() == 5);
}

TEST_CASE("a recipient or a letter that the server refuses for good is not tried again") {
  for (const auto& script : {Script{{"RCPT", "550 5.1.1 no such user <reader@ordo.test>"}}, Script{{"RCPT", "552 mailbox full"}},
                             Script{{"DATA", "554 no valid recipients"}}, Script{{".", "554 5.7.1 looks like spam"}}}) {
    const auto failure = failure_with(script);
    CHECK(failure.kind == MailFailureKind::refused);
    CHECK_FALSE(failure.worth_retrying());
  }
}

TEST_CASE("a server that asks to come later is tried again") {
  for (const auto& script : {Script{{"RCPT", "450 greylisted, come again"}}, Script{{"MAIL", "421 too busy"}},
                             Script{{".", "451 local error"}}}) {
    const auto failure = failure_with(script);
    CHECK(failure.kind == MailFailureKind::deferred);
    CHECK(failure.worth_retrying());
  }
}

TEST_CASE("a server that refuses us rather than the letter is tried again: it will be put right") {
  CHECK(failure_with({{"MAIL", "553 sender <orders@ordo.test> not allowed"}}).worth_retrying());
  CHECK(failure_with({{"GREETING", "554 no service for you"}}).worth_retrying());
  CHECK(failure_with({{"EHLO", "550 no"}, {"HELO", "550 no"}}).worth_retrying());
}

TEST_CASE("a server that says nothing costs no more than the time-out, and is tried again") {
  for (const auto* verb : {"GREETING", "MAIL", "RCPT", "."}) {
    const auto start = std::chrono::steady_clock::now();
    const auto failure = failure_with({{verb, ""}});
    CHECK(failure.kind == MailFailureKind::timeout);
    CHECK(failure.worth_retrying());
    CHECK(std::chrono::steady_clock::now() - start < 3s);
  }
}

TEST_CASE("a server that is not there is said to be unavailable, at once") {
  std::string url;
  { url = ScriptedServer().url(); }
  const auto sent = SmtpMailer(impatient(url)).send(russian_mail());
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == MailFailureKind::unavailable);
  CHECK(sent.error().worth_retrying());
}

TEST_CASE("after a failure the same mailer sends the next letter") {
  const ScriptedServer server;
  SmtpMailer mailer(impatient(server.url()));
  auto spoiled = russian_mail();
  spoiled.subject = "Hi\r\nBcc: eve@ordo.test";
  CHECK_FALSE(mailer.send(spoiled));
  CHECK(server.connections() == 0);
  CHECK(mailer.send(russian_mail()));
}

}  // namespace ordo::mail
