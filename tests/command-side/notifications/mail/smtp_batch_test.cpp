// Many letters at once, over servers that know more or less.

#include <catch2/catch.hpp>

#include <chrono>

#include "command-side/notifications/mail/smtp_mailer.hpp"
#include "tests/command-side/notifications/mail/mails.hpp"
#include "tests/command-side/notifications/mail/scripted_server.hpp"

namespace ordo::mail {
namespace {

using namespace std::chrono_literals;

// As EHLO says it; an empty one: nothing.
const std::vector<std::string> kKnown{"", "PIPELINING", "CHUNKING"};

Script that_knows(const std::string& extension, Script script = {}) {
  if (extension == "PIPELINING") script["EHLO"] = "250-test\r\n250 PIPELINING";
  if (extension == "CHUNKING") script["EHLO"] = "250-test\r\n250-PIPELINING\r\n250 CHUNKING";
  return script;
}

SmtpSettings patient(const ScriptedServer& server) { return {server.url(), 10s, 20s}; }
SmtpSettings impatient(const ScriptedServer& server) { return {server.url(), 1s, 1s}; }

// To reader-0, reader-1, …
std::vector<Mail> mails(int count) {
  std::vector<Mail> mails(static_cast<std::size_t>(count), english_mail());
  for (int number = 0; number < count; ++number) {
    auto& mail = mails[static_cast<std::size_t>(number)];
    mail.to = "reader-" + std::to_string(number) + "@ordo.test";
    mail.message_id = message_id_of(NotificationId::random());
  }
  return mails;
}

// "+" for each that was taken, otherwise the failure's first letter.
std::string told(const std::vector<SmtpAnswer>& answers) {
  std::string told;
  for (const auto& answer : answers) told += answer ? '+' : to_text(answer.error().kind).front();
  return told;
}

}  // namespace

TEST_CASE("many letters go out whole and in order over one connection, whatever the server knows") {
  for (const auto& known : kKnown) {
    const ScriptedServer server(that_knows(known));
    SmtpMailer mailer(patient(server));
    const auto letters = mails(100);
    CHECK(told(mailer.send(letters)) == std::string(100, '+'));
    CHECK(server.connections() == 1);
    REQUIRE(server.letters().size() == 100);
    for (std::size_t index = 0; index < letters.size(); ++index) {
      CHECK_THAT(server.letters()[index], Catch::Contains("Message-ID: " + letters[index].message_id) && Catch::Contains("<p>Hello!</p>"));
    }
  }
}

TEST_CASE("one of many that is refused or malformed fails alone") {
  for (const auto& known : kKnown) {
    const ScriptedServer server(that_knows(known, {{"RCPT TO:<reader-3@", "550 no such user"}, {"RCPT TO:<reader-5@", "450 later"}}));
    SmtpMailer mailer(patient(server));
    auto letters = mails(8);
    letters[6].subject = "Hi\r\nBcc: eve@ordo.test";
    CHECK(told(mailer.send(letters)) == "+++r+dm+");
    CHECK(told(mailer.send(mails(3))) == "+++");
    CHECK(server.connections() == 1);
  }
}

TEST_CASE("a server that takes only so many letters over a connection gets the others over new ones") {
  for (const auto& known : kKnown) {
    const ScriptedServer server(that_knows(known), 3);
    SmtpMailer mailer(patient(server));
    CHECK(told(mailer.send(mails(10))) == std::string(10, '+'));
    CHECK(server.connections() >= 4);
    CHECK(server.letters().size() >= 10);  // where an answer is lost on the way, a letter comes twice
  }
}

TEST_CASE("a letter over which a server hangs up fails alone, on the second connection it breaks") {
  for (const auto& known : kKnown) {
    const ScriptedServer server(that_knows(known, {{"RCPT TO:<reader-4@", kHangUp}}));
    SmtpMailer mailer(patient(server));
    CHECK(told(mailer.send(mails(8))) == "++++u+++");
    CHECK(server.connections() == 3);
  }
}

TEST_CASE("a letter about which a server is silent fails alone, in its time") {
  for (const auto* known : {"", "CHUNKING"}) {
    const ScriptedServer server(that_knows(known, {{"RCPT TO:<reader-4@", ""}}));
    SmtpMailer mailer(impatient(server));
    CHECK(told(mailer.send(mails(6))) == "++++t+");
  }
}

TEST_CASE("a server that has nothing to say to anybody costs two time-outs, however many letters wait") {
  const ScriptedServer server(Script{{"MAIL", ""}});
  SmtpMailer mailer(impatient(server));
  const auto began = std::chrono::steady_clock::now();
  CHECK(told(mailer.send(mails(50))) == std::string(50, 't'));
  CHECK(std::chrono::steady_clock::now() - began < 10s);
  CHECK(server.connections() <= 2);
}

TEST_CASE("where CHUNKING is offered and not understood, one letter is deferred, and the others go out without") {
  const ScriptedServer server(that_knows("CHUNKING", {{"BDAT", "502 what?"}}));
  SmtpMailer mailer(patient(server));
  CHECK(told(mailer.send(mails(5))) == "d++++");
  CHECK(told(mailer.send(mails(5))) == "+++++");
}

TEST_CASE("the flights grow at a quick server, and begin small again after trouble") {
  const ScriptedServer server(that_knows("CHUNKING", {{"RCPT TO:<reader-4@", kHangUp}}));
  SmtpMailer mailer(patient(server));
  CHECK(mailer.flight() == 1);
  CHECK(told(mailer.send(mails(4))) == "++++");
  CHECK(mailer.flight() > 1);
  const auto five = mails(5);
  CHECK(told(mailer.send(std::span(five).last(1))) == "u");
  CHECK(mailer.flight() == 1);
}

}  // namespace ordo::mail
