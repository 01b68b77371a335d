#include "command-side/notifications/mail/transfer_encoding.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

namespace ordo::mail {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted_printable(out, text);
  return out;
}

std::string in_base64(std::string_view text) {
  std::string out;
  append_base64(out, text);
  return out;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (std::size_t start = 0, end; (end = text.find("\r\n", start)) != std::string::npos; start = end + 2) longest = std::max(longest, end - start);
  return longest;
}

}  // namespace

TEST_CASE("base64 is what RFC 4648 shows") {
  for (const auto& [raw, digits] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}}) {
    CHECK(base64(raw) == digits);
  }
}

TEST_CASE("a text in base64 has mail's line ends inside and out, and no line beyond 76 characters") {
  CHECK(in_base64("a\nb\n") == base64("a\r\nb\r\n") + "\r\n");
  CHECK(in_base64("a\r\nb") == base64("a\r\nb") + "\r\n");
  CHECK(in_base64("").empty());
  const auto lines = in_base64(std::string(1'000, 'x'));
  CHECK(longest_line(lines) == 76);
  CHECK(lines.ends_with("=\r\n"));
}

TEST_CASE("quoted-printable leaves what can be read, and writes the rest as bytes") {
  CHECK(quoted("caf\xC3\xA9 = 2.\n") == "caf=C3=A9 =3D 2.\r\n");
  CHECK(quoted("one\r\ntwo\n\nthree") == "one\r\ntwo\r\n\r\nthree\r\n");
  CHECK(quoted("a\tb\x01\n") == "a\tb=01\r\n");
}

TEST_CASE("a blank at a line's end would be lost on the way, and is written as a byte") {
  CHECK(quoted("a \nb\t\n \n") == "a=20\r\nb=09\r\n=20\r\n");
}

TEST_CASE("a line of quoted-printable has at most 76 characters, and no byte is torn") {
  CHECK(quoted(std::string(76, 'x')) == std::string(76, 'x') + "\r\n");
  CHECK(quoted(std::string(77, 'x')) == std::string(75, 'x') + "=\r\nxx\r\n");
  for (std::size_t size = 70; size < 80; ++size) {
    const auto lines = quoted(std::string(size, 'x') + "\xC3\xA9\xC3\xA9 ");
    CHECK(longest_line(lines) <= 76);
    auto joined = lines;
    for (std::size_t at; (at = joined.find("=\r\n")) != std::string::npos;) joined.erase(at, 3);
    CHECK(joined == std::string(size, 'x') + "=C3=A9=C3=A9=20\r\n");
  }
}

TEST_CASE("a text with few letters beyond ASCII stays readable") {
  CHECK(is_mostly_ascii("a plain text, na\xC3\xAFve at most"));
  CHECK_FALSE(is_mostly_ascii("Здравствуйте!"));
}

}  // namespace ordo::mail
