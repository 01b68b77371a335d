#include <catch2/catch.hpp>

#include "command-side/notifications/mail/mail_headers.hpp"
#include "tests/command-side/notifications/mail/mails.hpp"

namespace ordo::mail {
namespace {

std::vector<std::string> lines_of(const std::string& value) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (std::size_t end; (end = value.find("\r\n", start)) != std::string::npos; start = end + 2) {
    lines.push_back(value.substr(start, end - start));
  }
  lines.push_back(value.substr(start));
  return lines;
}

}  // namespace

TEST_CASE("a short ASCII subject stands as it is") {
  CHECK(encoded_header_value("Subject", "Good news: your order is paid") == "Good news: your order is paid");
}

TEST_CASE("a subject beyond ASCII becomes encoded words") {
  CHECK(encoded_header_value("Subject", "Чай") == "=?UTF-8?B?0KfQsNC5?=");
  CHECK(encoded_header_value("Subject", "Tea €") == "=?UTF-8?B?VGVhIOKCrA==?=");
}

TEST_CASE("an encoded word that a subject only looks like is encoded itself") {
  CHECK(encoded_header_value("Subject", "=?UTF-8?B?0KfQsNC5?=").starts_with("=?UTF-8?B?PT9VVEYt"));
}

TEST_CASE("a long subject is folded: no word over 75 characters, no line over 76") {
  std::string subject;
  for (int count = 0; count < 100; ++count) subject += count % 3 == 0 ? "€" : count % 3 == 1 ? "ж" : "😀";
  const auto lines = lines_of("Subject: " + encoded_header_value("Subject", subject));
  REQUIRE(lines.size() > 3);
  for (const auto& line : lines) {
    CHECK(line.size() <= 76);
    CHECK_THAT(line, Catch::EndsWith("?="));
    CHECK((&line == &lines.front() || line.front() == ' '));
  }
}

TEST_CASE("a date is written in English and in UTC") {
  CHECK(header_date({1'767'225'600'123}) == "Thu, 01 Jan 2026 00:00:00 +0000");
  CHECK(header_date({1'709'210'096'999}) == "Thu, 29 Feb 2024 12:34:56 +0000");
}

TEST_CASE("the id of a letter is made of its notification's id") {
  const auto notification = *NotificationId::parse("0190f0a2-0000-7000-8000-000000000001");
  CHECK(message_id_of(notification) == "<0190f0a2-0000-7000-8000-000000000001@ordo>");
}

TEST_CASE("a letter's headers say who, when, what it is about, and that nobody wrote it by hand") {
  auto mail = english_mail();
  mail.message_id = "<1@ordo>";
  CHECK(header_lines(mail).value() == std::vector<std::string>{
                                          "Date: Thu, 01 Jan 2026 00:00:00 +0000",
                                          "From: orders@ordo.test",
                                          "To: reader@ordo.test",
                                          "Subject: Good news: your order is paid",
                                          "Message-ID: <1@ordo>",
                                          "Auto-Submitted: auto-generated",
                                          "X-Correlation-Id: walk-1",
                                      });
  mail.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  CHECK(header_lines(mail)->back() == "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  mail.correlation_id.clear();
  mail.traceparent.clear();
  CHECK(header_lines(mail)->size() == 6);
}

TEST_CASE("a value that would break out of its header is refused, and not repeated in the failure") {
  const auto [spoil, field] = GENERATE(table<void (*)(Mail&), std::string>({
      {[](Mail& mail) { mail.to = "reader@ordo.test\r\nBcc: eve@ordo.test"; }, "recipient"},
      {[](Mail& mail) { mail.to = "reader@ordo.test>, <eve@ordo.test"; }, "recipient"},
      {[](Mail& mail) { mail.to = "reader"; }, "recipient"},
      {[](Mail& mail) { mail.to = ""; }, "recipient"},
      {[](Mail& mail) { mail.to = std::string("reader@ordo.test\0", 17); }, "recipient"},
      {[](Mail& mail) { mail.from = "orders@ordo.test\nX: y"; }, "sender"},
      {[](Mail& mail) { mail.subject = "Hi\r\nBcc: eve@ordo.test"; }, "subject"},
      {[](Mail& mail) { mail.subject = "Привет\nBcc: eve@ordo.test"; }, "subject"},
      {[](Mail& mail) { mail.subject = ""; }, "subject"},
      {[](Mail& mail) { mail.message_id = "<1@ordo>\r\nX: y"; }, "message id"},
      {[](Mail& mail) { mail.message_id = "1@ordo"; }, "message id"},
      {[](Mail& mail) { mail.correlation_id = "walk\r\nX: y"; }, "correlation id"},
      {[](Mail& mail) { mail.traceparent = "00-1-2-01\r\nX: y"; }, "traceparent"},
  }));
  auto mail = english_mail();
  spoil(mail);
  const auto lines = header_lines(mail);
  REQUIRE_FALSE(lines);
  CHECK(lines.error().kind == MailFailureKind::malformed);
  CHECK_FALSE(lines.error().worth_retrying());
  CHECK(lines.error().text == "the mail has no valid " + field);
}

}  // namespace ordo::mail
