#include <catch2/catch.hpp>

#include <string>

#include "gateway/http/request_head.hpp"

using namespace ordo::http;

namespace {

RequestHead read(const std::string& text) {
  auto head = read_request_head(text);
  REQUIRE(head.has_value());
  REQUIRE(head->has_value());
  return std::move(**head);
}

std::string get(const std::string& header_lines) { return "GET / HTTP/1.1\r\nHost: x\r\n" + header_lines + "\r\n"; }

std::string_view refusal_of(const std::string& text) {
  const auto head = read_request_head(text);
  if (!head) return kind_of(head.error().problem.code).text;
  return *head ? "read" : "incomplete";
}

}  // namespace

TEST_CASE("a request head is read") {
  const std::string text =
      "POST /api/orders?limit=1&x=%20 HTTP/1.1\r\nHost: x\r\ncontent-LENGTH:  12 \r\nX-Empty:\r\n\r\n{\"a\":1}";
  const RequestHead head = read(text);
  CHECK(head.method == Method::post);
  CHECK(head.path == "/api/orders");
  CHECK(head.query_text == "limit=1&x=%20");
  CHECK(head.content_length == 12);
  CHECK(head.keep_alive);
  CHECK(text.substr(head.bytes) == "{\"a\":1}");
  CHECK(head.headers == Headers{{"Host", "x"}, {"content-LENGTH", "12"}, {"X-Empty", ""}});
}

TEST_CASE("a head is complete only with its empty line") {
  const std::string text = get("A: b\r\n");
  for (std::size_t bytes = 0; bytes < text.size(); ++bytes) {
    CAPTURE(bytes);
    CHECK(refusal_of(text.substr(0, bytes)) == "incomplete");
  }
  CHECK(refusal_of(text) == "read");
  CHECK(refusal_of("\r\n\r\n" + text) == "read");
}

TEST_CASE("HTTP/1.1 keeps the connection unless told otherwise, HTTP/1.0 only when asked") {
  CHECK(read(get("")).keep_alive);
  CHECK_FALSE(read(get("Connection: close\r\n")).keep_alive);
  CHECK_FALSE(read(get("Connection: keep-alive, Close\r\n")).keep_alive);
  CHECK_FALSE(read("GET / HTTP/1.0\r\n\r\n").keep_alive);
  CHECK(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST_CASE("an absolute URL counts as its path") {
  CHECK(read("GET http://example.com:80/a?b HTTP/1.1\r\nHost: x\r\n\r\n").path == "/a");
  CHECK(read("GET http://example.com HTTP/1.1\r\nHost: x\r\n\r\n").path == "/");
  CHECK(read("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").path == "*");
}

TEST_CASE("cookies and cache directives of any form do no harm") {
  CHECK(refusal_of(get("Cookie: flag\r\nCache-Control: max-age=abc, ,=\r\nAccept: ///\r\nDate: today\r\n")) == "read");
}

TEST_CASE("whatever makes the length of a request doubtful is refused") {
  for (const char* lines :
       {"Content-Length: 5abc\r\n", "Content-Length: +5\r\n", "Content-Length: -5\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length:\r\n", "Content-Length: 0x5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length : 5\r\n", " Content-Length: 5\r\n", "A: b\r\n c\r\n", "A: b\nContent-Length: 5\r\n",
        "A: b\rc\r\n", "A b\r\n", ": b\r\n", "A\t: b\r\n", "Host: y\r\n"}) {
    CAPTURE(lines);
    CHECK(refusal_of(get(lines)) == "malformed_request");
  }
  CHECK(refusal_of(get("A: b" + std::string(1, '\0') + "\r\n")) == "malformed_request");
  CHECK(refusal_of(get("Transfer-Encoding: chunked\r\n")) == "length_required");
}

TEST_CASE("malformed request lines are refused") {
  for (const char* line : {"GET", "GET /", "GET / ", " / HTTP/1.1", "GET  / HTTP/1.1", "GET / HTTP/1.1 ",
                           "GET / http/1.1", "GET / HTTP/11", "GET x HTTP/1.1", "GET * HTTP/1.1", "G@T / HTTP/1.1",
                           "GET /\x01 HTTP/1.1", "GET /é HTTP/1.1", "GET /#a HTTP/1.1", "CONNECT a:1 HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(refusal_of(std::string(line) + "\r\nHost: x\r\n\r\n") == "malformed_request");
  }
  CHECK(refusal_of("GET / HTTP/1.1\r\n\r\n") == "malformed_request");  // no Host
  CHECK(refusal_of("GET / HTTP/2.0\r\nHost: x\r\n\r\n") == "version_not_supported");
}

TEST_CASE("what is too large is refused by name, at the limit it is read") {
  CHECK(refusal_of(get("Content-Length: 65536\r\n")) == "read");
  CHECK(refusal_of(get("Content-Length: 65537\r\n")) == "payload_too_large");
  CHECK(refusal_of(get("Content-Length: 99999999999999999999999\r\n")) == "payload_too_large");
  CHECK(refusal_of("GET /" + std::string(kTargetBytesMax, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n") == "uri_too_long");
  CHECK(refusal_of(get("A: " + std::string(kHeadBytesMax, 'a') + "\r\n")) == "headers_too_large");
  CHECK(refusal_of(std::string(kHeadBytesMax + 1, 'a')) == "headers_too_large");
}

TEST_CASE("only 100-continue can be expected") {
  CHECK(read(get("Expect: 100-Continue\r\nContent-Length: 5\r\n")).expects_continue);
  CHECK(refusal_of(get("Expect: tea\r\n")) == "expectation_failed");
}

TEST_CASE("a refusal keeps the fields, for the correlation id of its answer") {
  const auto head = read_request_head("GET x HTTP/1.1\r\nHost: x\r\nX-Correlation-Id: abc\r\n\r\n");
  REQUIRE_FALSE(head.has_value());
  CHECK(find_header(head.error().headers, "x-correlation-id") == "abc");
}
