#include <catch2/catch.hpp>

#include "gateway/http/response_text.hpp"

using namespace ordo::http;
using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;

TEST_CASE("an answer is written with its length, type and connection") {
  const std::string text = response_text(json_response(201, "{\"a\":1}").with("Location", "/x"), true);
  CHECK_THAT(text, StartsWith("HTTP/1.1 201 Created\r\nDate: "));
  CHECK_THAT(
      text,
      Contains(
          "\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: 7\r\nLocation: /x\r\n"));
  CHECK_THAT(text, EndsWith("\r\n\r\n{\"a\":1}"));
  CHECK_THAT(response_text(empty_response(200), false), Contains("Connection: close\r\nContent-Length: 0\r\n"));
}

TEST_CASE("HEAD tells the length of the body that it withholds") {
  Response response = json_response(200, "{\"a\":1}");
  response.body_withheld = true;
  CHECK_THAT(response_text(response, true), Contains("Content-Length: 7\r\n") && EndsWith("\r\n\r\n"));
}

TEST_CASE("204 and 304 have neither body nor length") {
  for (const int status : {204, 304}) {
    const std::string text = response_text(json_response(status, "{}"), true);
    CHECK_THAT(text, !Contains("Content-Length") && !Contains("Content-Type") && EndsWith("\r\n\r\n"));
  }
}

TEST_CASE("a header value cannot begin another header") {
  CHECK_THAT(response_text(empty_response(200).with("Location", "/x\r\nSet-Cookie: a=b"), true),
             Contains("Location: /x  Set-Cookie: a=b\r\n"));
}
