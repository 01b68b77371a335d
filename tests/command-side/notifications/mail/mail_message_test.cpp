#include "command-side/notifications/mail/mail_message.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/command-side/notifications/mail/mails.hpp"

namespace ordo::mail {

TEST_CASE("a letter is written whole, with its boundary made of its id") {
  auto mail = english_mail();
  mail.message_id = "<0190f0a2-0001@ordo>";
  CHECK(message_of(mail).value() ==
        "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
        "From: orders@ordo.test\r\n"
        "To: reader@ordo.test\r\n"
        "Subject: Good news: your order is paid\r\n"
        "Message-ID: <0190f0a2-0001@ordo>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "X-Correlation-Id: walk-1\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=\"=_0190f0a2-0001ordo\"\r\n"
        "\r\n"
        "--=_0190f0a2-0001ordo\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Hello!\r\n\r\nYour order is paid: caf=C3=A9 =3D 2.\r\n"
        "\r\n"
        "--=_0190f0a2-0001ordo\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "<p>Hello!</p>\r\n"
        "\r\n"
        "--=_0190f0a2-0001ordo--\r\n");
}

TEST_CASE("a letter is ASCII, in lines that every mail server takes, and the same each time") {
  const auto mail = russian_mail();
  const auto message = message_of(mail).value();
  CHECK(std::ranges::none_of(message, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; }));
  CHECK(message.ends_with("\r\n"));
  for (std::size_t start = 0, end; (end = message.find("\r\n", start)) != std::string::npos; start = end + 2) {
    CHECK(end - start <= 998);
    CHECK(message.substr(start, end - start).find_first_of("\r\n") == std::string::npos);
  }
  CHECK(message_of(mail).value() == message);
}

TEST_CASE("a body that holds its letter's boundary does not end there") {
  auto mail = english_mail();
  mail.message_id = "<1@ordo>";
  mail.text = "--=_1ordo--\n";
  CHECK_THAT(message_of(mail).value(), Catch::Contains("\r\n\r\n--=3D_1ordo--\r\n\r\n--=_1ordo\r\n"));
}

TEST_CASE("what cannot be a header is no letter") {
  auto mail = english_mail();
  mail.subject = "Hi\r\nBcc: eve@ordo.test";
  CHECK(message_of(mail).error().kind == MailFailureKind::malformed);
}

}  // namespace ordo::mail
