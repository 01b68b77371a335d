#include "command-side/notifications/mail/smtp_dialogue.hpp"

#include <catch2/catch.hpp>

namespace ordo::mail {
namespace {

using Letters = std::vector<SmtpLetter>;

constexpr SmtpExtensions kNothing{};
constexpr SmtpExtensions kPipelining{.pipelining = true};
constexpr SmtpExtensions kChunking{.pipelining = true, .chunking = true};

const Letters kTwo{{"o@ordo", "a@ordo", "one\r\n"}, {"o@ordo", "b@ordo", "two\r\n"}};

// "refused: …" for each letter that was answered with a failure.
std::vector<std::string> told(const SmtpDialogue& dialogue) {
  std::vector<std::string> told;
  for (const auto& answer : dialogue.answers()) {
    told.push_back(answer ? "taken" : std::string(to_text(answer.error().kind)) + ": " + answer.error().text);
  }
  return told;
}

constexpr auto kRefused = "refused: the mail server answered 550 to the recipient or the letter";
using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("where a server knows nothing, one command follows the reply to the other") {
  SmtpDialogue dialogue(kNothing, kTwo, false);
  CHECK(dialogue.take_unsent() == "MAIL FROM:<o@ordo>\r\n");
  CHECK(dialogue.take_unsent().empty());
  dialogue.hear("250 fine\r\n");
  CHECK(dialogue.take_unsent() == "RCPT TO:<a@ordo>\r\n");
  dialogue.hear("250 fine\r\n");
  CHECK(dialogue.take_unsent() == "DATA\r\n");
  dialogue.hear("354 go on\r\n");
  CHECK(dialogue.take_unsent() == "one\r\n.\r\n");
  CHECK(dialogue.answers().empty());
  dialogue.hear("250 kept\r\n");
  CHECK(dialogue.take_unsent() == "MAIL FROM:<o@ordo>\r\n");
  CHECK(told(dialogue) == Told{"taken"});
}

TEST_CASE("with PIPELINING a letter's text and the next one's envelope go out together") {
  SmtpDialogue dialogue(kPipelining, kTwo, false);
  CHECK(dialogue.take_unsent() == "MAIL FROM:<o@ordo>\r\nRCPT TO:<a@ordo>\r\nDATA\r\n");
  dialogue.hear("250 fine\r\n250 fine\r\n");
  CHECK(dialogue.take_unsent().empty());
  dialogue.hear("354 go on\r\n");
  CHECK(dialogue.take_unsent() == "one\r\n.\r\nMAIL FROM:<o@ordo>\r\nRCPT TO:<b@ordo>\r\nDATA\r\n");
  dialogue.hear("250 kept\r\n250 fine\r\n250 fine\r\n354 go on\r\n");
  CHECK(dialogue.take_unsent() == "two\r\n.\r\n");
  CHECK_FALSE(dialogue.is_done());
  dialogue.hear("250 kept\r\n");
  CHECK(told(dialogue) == Told{"taken", "taken"});
  CHECK(dialogue.is_done());
}

TEST_CASE("with CHUNKING all letters go out at once, each as if the one before had failed") {
  SmtpDialogue dialogue(kChunking, kTwo, false);
  CHECK(dialogue.take_unsent() ==
        "MAIL FROM:<o@ordo>\r\nRCPT TO:<a@ordo>\r\nBDAT 5 LAST\r\none\r\n"
        "RSET\r\nMAIL FROM:<o@ordo>\r\nRCPT TO:<b@ordo>\r\nBDAT 5 LAST\r\ntwo\r\n");
  dialogue.hear("250 fine\r\n250 fine\r\n250 kept\r\n250 reset\r\n250 fine\r\n250 fine\r\n250 kept\r\n");
  CHECK(told(dialogue) == Told{"taken", "taken"});
  CHECK(dialogue.is_done());
  CHECK_FALSE(dialogue.leaves_transaction_open());
}

TEST_CASE("CHUNKING without PIPELINING is not made use of") {
  SmtpDialogue dialogue({.pipelining = false, .chunking = true}, kTwo, false);
  CHECK(dialogue.take_unsent() == "MAIL FROM:<o@ordo>\r\n");
  dialogue.hear("250 fine\r\n");
  dialogue.hear("250 fine\r\n");
  CHECK(dialogue.take_unsent() == "RCPT TO:<a@ordo>\r\nDATA\r\n");
}

TEST_CASE("a line that begins with a dot gets another, but not in a chunk") {
  const Letters letters{{"o@ordo", "a@ordo", ".one\r\n.\r\n..\r\nend.\r\n"}};
  SmtpDialogue dialogue(kNothing, letters, false);
  dialogue.hear("250 fine\r\n250 fine\r\n354 go on\r\n");
  CHECK_THAT(dialogue.take_unsent(), Catch::EndsWith("DATA\r\n..one\r\n..\r\n...\r\nend.\r\n.\r\n"));
  CHECK_THAT(SmtpDialogue(kChunking, letters, false).take_unsent(), Catch::EndsWith("LAST\r\n.one\r\n.\r\n..\r\nend.\r\n"));
}

TEST_CASE("where a server knows nothing, a refused recipient is left, and the next letter begins anew") {
  SmtpDialogue dialogue(kNothing, kTwo, false);
  dialogue.hear("250 fine\r\n");
  (void)dialogue.take_unsent();
  dialogue.hear("550 no such user\r\n");
  CHECK(told(dialogue) == Told{kRefused});
  CHECK(dialogue.take_unsent() == "RSET\r\n");
  dialogue.hear("250 reset\r\n");
  CHECK(dialogue.take_unsent() == "MAIL FROM:<o@ordo>\r\n");
}

TEST_CASE("with PIPELINING a refused recipient gets no text, and the next letter begins anew") {
  SmtpDialogue dialogue(kPipelining, kTwo, false);
  (void)dialogue.take_unsent();
  SECTION("the server refuses the text as well") {
    dialogue.hear("250 fine\r\n550 no such user\r\n554 no valid recipients\r\n");
    CHECK(dialogue.take_unsent() == "RSET\r\nMAIL FROM:<o@ordo>\r\nRCPT TO:<b@ordo>\r\nDATA\r\n");
    dialogue.hear("250 reset\r\n250 fine\r\n250 fine\r\n354 go on\r\n250 kept\r\n");
  }
  SECTION("the server waits for a text") {
    dialogue.hear("250 fine\r\n550 no such user\r\n354 go on\r\n");
    CHECK(dialogue.take_unsent() == ".\r\nRSET\r\nMAIL FROM:<o@ordo>\r\nRCPT TO:<b@ordo>\r\nDATA\r\n");
    dialogue.hear("554 no valid recipients\r\n250 reset\r\n250 fine\r\n250 fine\r\n354 go on\r\n250 kept\r\n");
  }
  CHECK(told(dialogue) == Told{kRefused, "taken"});
  CHECK(dialogue.is_done());
}

TEST_CASE("with CHUNKING a refused recipient's text is refused too, and only the first refusal counts") {
  SmtpDialogue dialogue(kChunking, kTwo, false);
  dialogue.hear("250 fine\r\n550 no such user\r\n");
  CHECK(told(dialogue) == Told{kRefused});
  dialogue.hear("503 no valid recipients\r\n250 reset\r\n250 fine\r\n250 fine\r\n250 kept\r\n");
  CHECK(told(dialogue) == Told{kRefused, "taken"});
}

TEST_CASE("a server that does not understand the chunks that it offers to take means us") {
  SmtpDialogue dialogue(kChunking, kTwo, false);
  dialogue.hear("250 fine\r\n250 fine\r\n502 what?\r\n");
  CHECK(told(dialogue) == Told{"deferred: the mail server answered 502 to us"});
  CHECK_FALSE(dialogue.chunks_are_understood());
  SmtpDialogue refused(kChunking, kTwo, false);
  refused.hear("250 fine\r\n550 no such user\r\n503 no valid recipients\r\n250 reset\r\n250 fine\r\n250 fine\r\n554 spam\r\n");
  CHECK(told(refused) == Told{kRefused, "refused: the mail server answered 554 to the recipient or the letter"});
  CHECK(refused.chunks_are_understood());
}

TEST_CASE("a transaction that a refusal may have left open is ended before the next letter") {
  const std::span one(kTwo.data(), 1);
  SmtpDialogue dialogue(kChunking, one, false);
  dialogue.hear("250 fine\r\n550 no such user\r\n503 no valid recipients\r\n");
  REQUIRE(dialogue.is_done());
  CHECK(dialogue.leaves_transaction_open());
  for (const auto known : {kNothing, kPipelining, kChunking}) CHECK(SmtpDialogue(known, one, true).take_unsent().starts_with("RSET\r\n"));
}

TEST_CASE("a refusal before the recipient means us, one from there on the letter") {
  const std::span one(kTwo.data(), 1);
  const auto answered = [&](const char* replies) {
    SmtpDialogue dialogue(kPipelining, one, false);
    dialogue.hear(replies);
    return told(dialogue).at(0);
  };
  CHECK(answered("553 not you\r\n503 no\r\n503 no\r\n") == "deferred: the mail server answered 553 to us");
  CHECK(answered("250 fine\r\n450 greylisted\r\n503 no\r\n") == "deferred: the mail server answered 450 to the recipient or the letter");
  CHECK(answered("250 fine\r\n250 fine\r\n554 no\r\n") == "refused: the mail server answered 554 to the recipient or the letter");
  CHECK(answered("250 fine\r\n250 fine\r\n354 go on\r\n552 too long\r\n") == "refused: the mail server answered 552 to the recipient or the letter");
  CHECK(answered("250 fine\r\n250 fine\r\n250 what\r\n") == "unavailable: the mail server answered 250, which makes no sense there");
}

TEST_CASE("421 ends it: the letter in hand is not answered, and nothing more is heard") {
  SmtpDialogue dialogue(kChunking, kTwo, false);
  dialogue.hear("250 fine\r\n250 fine\r\n250 kept\r\n421 too many letters\r\n250 fine\r\n");
  CHECK(told(dialogue) == Told{"taken"});
  REQUIRE(dialogue.broken_off());
  CHECK(dialogue.broken_off()->kind == MailFailureKind::deferred);
  CHECK_FALSE(dialogue.is_done());
}

TEST_CASE("what is no reply, and one that nobody waits for, break it off") {
  SmtpDialogue dialogue(kNothing, kTwo, false);
  dialogue.hear("what?\r\n");
  CHECK(dialogue.broken_off()->kind == MailFailureKind::unavailable);
  SmtpDialogue unasked(kPipelining, std::span(kTwo.data(), 1), false);
  unasked.hear("250 fine\r\n250 fine\r\n354 go on\r\n250 kept\r\n250 kept again\r\n");
  CHECK(told(unasked) == Told{"taken"});
  CHECK(unasked.broken_off());
}

}  // namespace ordo::mail
