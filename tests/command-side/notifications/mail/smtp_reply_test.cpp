#include "command-side/notifications/mail/smtp_reply.hpp"

#include <catch2/catch.hpp>

namespace ordo::mail {

TEST_CASE("replies are read whole, however they come") {
  SmtpReplies replies;
  CHECK_FALSE(replies.next());
  replies.add("250-first\r\n25");
  CHECK_FALSE(replies.next());
  replies.add("0 last\r\n354\r\n550 5.1.1 no");
  CHECK(replies.next() == 250);
  CHECK(replies.next() == 354);
  CHECK_FALSE(replies.next());
  replies.add(" such user\n");
  CHECK(replies.next() == 550);
  CHECK_FALSE(replies.next());
}

TEST_CASE("what is no reply is said to be none") {
  for (const auto* line : {"HTTP/1.1 400 Bad Request\r\n", "\r\n", "25\r\n", "2500 x\r\n"}) {
    SmtpReplies replies;
    replies.add(line);
    CHECK(replies.next() == SmtpReplies::kUnreadable);
  }
  SmtpReplies endless;
  endless.add(std::string(10'000, '2'));
  CHECK(endless.next() == SmtpReplies::kUnreadable);
}

TEST_CASE("what a server knows is what it said last: TLS may change it") {
  SmtpGreeting greeting;
  for (const auto* line : {"220 mail.ordo.test ESMTP\r\n", "250-mail.ordo.test\r\n", "250-PIPELINING\r\n", "250-STARTTLS\r\n", "250 chunking\r\n"}) {
    greeting.hear(line);
  }
  CHECK(greeting.extensions() == SmtpExtensions{true, true});
  for (const auto* line : {"220 go ahead\r\n", "250-mail.ordo.test\r\n", "250-Pipelining\r\n", "250 AUTH PLAIN\r\n", "334 \r\n", "235 fine\r\n"}) {
    greeting.hear(line);
  }
  CHECK(greeting.extensions() == SmtpExtensions{true, false});
}

TEST_CASE("a server that refuses EHLO and takes HELO knows nothing") {
  SmtpGreeting greeting;
  for (const auto* line : {"220 PIPELINING\r\n", "502 no\r\n", "250 mail.ordo.test\r\n"}) greeting.hear(line);
  CHECK(greeting.extensions() == SmtpExtensions{});
}

}  // namespace ordo::mail
