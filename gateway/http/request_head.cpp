#include "gateway/http/request_head.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ordo::http {
namespace {

using enum ProblemCode;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token_character(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_character); }

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

bool is_target_character(char c) { return c > ' ' && c <= '~' && c != '#'; }

tl::unexpected<Problem> malformed(std::string detail) { return refused(malformed_request, std::move(detail)); }

std::string_view cut(std::string_view& text, std::string_view separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + separator.size(), text.size()));
  return part;
}

// "http://host/path?query" counts as "/path?query".
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (!same_name(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
    return target.empty() ? "/" : target;
  }
  return target;
}

Result<void, Problem> read_target(std::string_view target, RequestHead& head) {
  if (target.size() > kTargetBytesMax) return refused(uri_too_long, "The URL is longer than 8 KiB.");
  if (!std::ranges::all_of(target, is_target_character))
    return malformed("The URL holds a character that it must not.");
  target = origin_form(target);
  const bool is_asterisk = target == "*" && head.method == Method::options;
  if (!target.starts_with('/') && !is_asterisk) return malformed("The request names no path.");
  head.path = cut(target, "?");
  head.query_text = target;
  return {};
}

Result<void, Problem> read_version(std::string_view version, RequestHead& head) {
  constexpr std::string_view kName = "HTTP/";
  const bool well_formed = version.size() == 8 && version.starts_with(kName) && is_digit(version[5]) &&
                           version[6] == '.' && is_digit(version[7]);
  if (!well_formed) return malformed("The request line names no HTTP version.");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refused(version_not_supported, "Speak HTTP/1.1.");
  head.keep_alive = version == "HTTP/1.1";
  return {};
}

Result<void, Problem> read_request_line(std::string_view line, RequestHead& head) {
  const std::string_view method = cut(line, " ");
  const std::string_view target = cut(line, " ");
  if (!is_token(method)) return malformed("The request line names no method.");
  head.method = parse_method(method);
  if (auto read = read_target(target, head); !read) return read;
  return read_version(line, head);
}

Result<void, Problem> read_headers(std::string_view lines, Headers& headers) {
  while (!lines.empty()) {
    std::string_view line = cut(lines, "\r\n");
    if (line.find(':') == std::string_view::npos) return malformed("A header field has no colon.");
    const std::string_view name = cut(line, ":");
    if (!is_token(name)) return malformed("A header field has no valid name.");
    if (std::ranges::any_of(line, is_control)) return malformed("A header field holds a control character.");
    headers.push_back({std::string(name), std::string(trimmed(line))});
  }
  return {};
}

Result<void, Problem> read_content_length(RequestHead& head) {
  if (find_header(head.headers, "Transfer-Encoding")) {
    if (find_header(head.headers, "Content-Length"))
      return malformed("Content-Length and Transfer-Encoding exclude each other.");
    return refused(length_required, "Send the body with a Content-Length.");
  }
  const auto digits = find_header(head.headers, "Content-Length");
  if (!digits) return {};
  if (count_headers(head.headers, "Content-Length") > 1) return malformed("Content-Length stands twice.");
  if (digits->empty() || !std::ranges::all_of(*digits, is_digit)) return malformed("Content-Length is no number.");
  const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), head.content_length);
  if (error != std::errc() || head.content_length > kBodyBytesMax) {
    return refused(payload_too_large, "A body takes at most 64 KiB.");
  }
  return {};
}

Result<void, Problem> read_connection(RequestHead& head) {
  for (const Header& header : head.headers) {
    if (!same_name(header.name, "Connection")) continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      const std::string_view option = trimmed(cut(rest, ","));
      if (same_name(option, "keep-alive")) head.keep_alive = true;
      if (same_name(option, "close")) {
        head.keep_alive = false;
        return {};
      }
    }
  }
  return {};
}

Result<void, Problem> read_expectation(RequestHead& head) {
  const auto expectation = find_header(head.headers, "Expect");
  if (!expectation) return {};
  if (!same_name(*expectation, "100-continue"))
    return refused(expectation_failed, "Only 100-continue can be expected.");
  head.expects_continue = true;
  return {};
}

Result<void, Problem> check_host(std::string_view request_line, const RequestHead& head) {
  const std::size_t hosts = count_headers(head.headers, "Host");
  if (hosts > 1 || (hosts == 0 && request_line.ends_with("1.1"))) return malformed("The request must name one Host.");
  return {};
}

Result<void, Problem> read_head(std::string_view text, RequestHead& head) {
  const std::string_view request_line = cut(text, "\r\n");
  // The fields first: their correlation id is wanted even where the request line is refused.
  if (auto read = read_headers(text, head.headers); !read) return read;
  if (auto read = read_request_line(request_line, head); !read) return read;
  if (auto checked = check_host(request_line, head); !checked) return checked;
  if (auto read = read_content_length(head); !read) return read;
  if (auto read = read_connection(head); !read) return read;
  return read_expectation(head);
}

}  // namespace

Result<std::optional<RequestHead>, HeadRefusal> read_request_head(std::string_view received) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t start = 0;
  while (received.substr(start, 2) == "\r\n") start += 2;  // tolerated before a request: RFC 9112, 2.2
  const std::size_t end = received.find(kEnd, start);
  if (std::min(end, received.size()) > kHeadBytesMax) {
    return tl::unexpected<HeadRefusal>(
        HeadRefusal{problem(headers_too_large, "The head of a request takes at most 16 KiB."), {}});
  }
  if (end == std::string_view::npos) return std::nullopt;

  RequestHead head;
  if (auto read = read_head(received.substr(start, end - start), head); !read) {
    return tl::unexpected<HeadRefusal>(HeadRefusal{std::move(read.error()), std::move(head.headers)});
  }
  head.bytes = end + kEnd.size();
  return head;
}

}  // namespace ordo::http
