// The head of an HTTP request, from bytes to what handlers get of it, and the refusal of one.

#include <algorithm>
#include <string>

#include "events/vocabulary/json_visit.hpp"
#include "gateway/http/client_address.hpp"
#include "gateway/http/request_fields.hpp"
#include "gateway/http/request_head.hpp"
#include "gateway/http/response_text.hpp"
#include "gateway/http/url.hpp"
#include "tests/fuzz/property.hpp"

namespace {

using namespace ordo::http;
using ordo::fuzz::require;

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

// Every line ends once, and nothing that a client sent begins one of its own.
void check_answer(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  require(end != std::string::npos, "the head of an answer ends");
  std::string_view head(answer.data(), end);
  require(head.starts_with("HTTP/1.1 4") || head.starts_with("HTTP/1.1 5"), "a refusal has a status of its kind");
  for (head.remove_prefix(std::min(head.find("\r\n"), head.size())); head.starts_with("\r\n");) {
    head.remove_prefix(2);
    const auto line = head.substr(0, head.find("\r\n"));
    require(std::ranges::none_of(line, is_control), "a line of an answer holds no control character");
    require(line.find(": ") != std::string_view::npos, "a line of an answer is a field");
    head.remove_prefix(line.size());
  }
  require(ordo::flatten_json(std::string_view(answer).substr(end + 4)).has_value(), "the body of a refusal is JSON");
}

void check_refusal(const Problem& problem, const Headers& headers) {
  const auto correlation_id = correlation_id_of(headers);
  require(is_correlation_id(correlation_id), "a correlation id that is echoed is one");
  auto response = problem_response(problem, correlation_id);
  response.with("X-Correlation-Id", correlation_id);
  require(response.status >= 400 && (response.status < 500 || response.status == 505), "a bad request is the client's fault");
  check_answer(response_text(response, false));
}

std::string written(const RequestHead& head, std::string_view version) {
  std::string out(head.method == Method::other ? "OTHER" : text(head.method));
  out += ' ' + head.path + (head.query_text.empty() ? "" : '?' + head.query_text) + ' ';
  out.append(version).append("\r\n");
  for (const auto& field : head.headers) out += field.name + ": " + field.value + "\r\n";
  return out + "\r\n";
}

bool same(const RequestHead& left, const RequestHead& right) {
  return left.method == right.method && left.path == right.path && left.query_text == right.query_text && left.headers == right.headers &&
         left.content_length == right.content_length && left.keep_alive == right.keep_alive &&
         left.expects_continue == right.expects_continue;
}

// What is read is written and read again: two readers in a row never disagree where the request ends.
void check_rereading(const RequestHead& head, std::string_view received) {
  while (received.starts_with("\r\n")) received.remove_prefix(2);
  const auto request_line = received.substr(0, received.find("\r\n"));
  const auto text = written(head, request_line.substr(request_line.size() - std::string_view("HTTP/1.1").size()));
  if (text.size() > kHeadBytesMax) return;  // blanks were put in
  const auto again = read_request_head(text);
  require(again && *again && same(**again, head), "a head that is written as it was read is read as the same");
}

void check_head(const RequestHead& head) {
  require(head.path.starts_with('/') || (head.path == "*" && head.method == Method::options), "a request names a path");
  require(head.content_length <= kBodyBytesMax, "a body is not larger than is allowed");
  require(!find_header(head.headers, "Transfer-Encoding"), "a length is said in one way only");
  require(count_headers(head.headers, "Content-Length") <= 1, "a length is said once");
  require(count_headers(head.headers, "Host") <= 1, "a request names one host");
  for (const auto& field : head.headers) {
    require(!field.name.empty() && field.name.find_first_of(" \t:\r\n") == std::string::npos, "a field has a name");
    require(std::ranges::none_of(field.value, is_control), "a field holds no control character");
  }
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

void check_url(const RequestHead& head) {
  if (const auto segments = parse_path(head.path)) {
    std::string again;
    for (const auto& segment : *segments) {
      require(is_utf8(segment) && segment.find('\0') == std::string::npos, "a segment is text");
      again += '/' + percent_encoded(segment);
    }
    require(parse_path(again) == *segments, "a path that is written as it was read is read as the same");
  }
  if (const auto query = parse_query(head.query_text)) {
    std::string again;
    for (const auto& [name, value] : *query) {
      require(is_utf8(name) && is_utf8(value) && (name + value).find('\0') == std::string::npos, "a parameter is text");
      again += percent_encoded(name) + '=' + percent_encoded(value) + '&';
    }
    require(parse_query(again) == *query, "a query that is written as it was read is read as the same");
  }
}

void check_fields(const Headers& headers) {
  require(is_correlation_id(correlation_id_of(headers)), "every request has a correlation id");
  require(is_traceparent(traceparent_of(headers)), "every request has a trace");
  const auto wait = parse_prefer_wait(headers);
  require(!wait || (*wait >= std::chrono::seconds(0) && *wait <= kPreferWaitMax), "nobody waits longer than is allowed");
  const auto key = parse_idempotency_key(headers);
  require(!key || !*key || (!(*key)->empty() && (*key)->size() <= kIdempotencyKeyBytesMax), "a key has its size");
  static const auto trusted = parse_networks("127.0.0.1").value();
  require(!client_address("127.0.0.1", headers, trusted).empty(), "every client has an address");
  for (const auto& field : headers) {
    (void)is_json_media_type(field.value);
    (void)matches_entity_tag(field.value, "\"7\"");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto received = ordo::fuzz::text_of(data, size);
  const auto read = read_request_head(received);
  if (!read) {
    check_refusal(read.error().problem, read.error().headers);
    return 0;
  }
  if (!*read) return 0;
  const auto& head = **read;
  require(head.bytes <= received.size(), "a head is not longer than what was received");
  const auto alone = read_request_head(received.substr(0, head.bytes));
  require(alone && *alone && same(**alone, head), "what comes behind a head changes nothing of it");
  for (const auto cut : {head.bytes - 1, head.bytes / 2}) {
    const auto part = read_request_head(received.substr(0, cut));
    require(part && !*part, "a head that is not complete is waited for");
  }
  check_head(head);
  check_rereading(head, received);
  check_url(head);
  check_fields(head.headers);
  return 0;
}
