#include "gateway/http/response_text.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>
#include <utility>

namespace ordo::http {
namespace {

constexpr std::array kReasons{
    std::pair{200, std::string_view("OK")},
    std::pair{201, std::string_view("Created")},
    std::pair{202, std::string_view("Accepted")},
    std::pair{204, std::string_view("No Content")},
    std::pair{302, std::string_view("Found")},
    std::pair{303, std::string_view("See Other")},
    std::pair{304, std::string_view("Not Modified")},
    std::pair{307, std::string_view("Temporary Redirect")},
    std::pair{308, std::string_view("Permanent Redirect")},
    std::pair{400, std::string_view("Bad Request")},
    std::pair{401, std::string_view("Unauthorized")},
    std::pair{402, std::string_view("Payment Required")},
    std::pair{403, std::string_view("Forbidden")},
    std::pair{404, std::string_view("Not Found")},
    std::pair{405, std::string_view("Method Not Allowed")},
    std::pair{408, std::string_view("Request Timeout")},
    std::pair{409, std::string_view("Conflict")},
    std::pair{411, std::string_view("Length Required")},
    std::pair{413, std::string_view("Content Too Large")},
    std::pair{414, std::string_view("URI Too Long")},
    std::pair{415, std::string_view("Unsupported Media Type")},
    std::pair{417, std::string_view("Expectation Failed")},
    std::pair{422, std::string_view("Unprocessable Content")},
    std::pair{429, std::string_view("Too Many Requests")},
    std::pair{431, std::string_view("Request Header Fields Too Large")},
    std::pair{500, std::string_view("Internal Server Error")},
    std::pair{503, std::string_view("Service Unavailable")},
    std::pair{505, std::string_view("HTTP Version Not Supported")},
};

// May be empty: nobody but people reads it.
std::string_view reason_of(int status) {
  const auto* found = std::ranges::find(kReasons, status, [](const auto& entry) { return entry.first; });
  return found == kReasons.end() ? "" : found->second;
}

// IMF-fixdate, made once a second and thread.
const std::string& date_text() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made_at || text.empty()) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 40> buffer{};
    const std::size_t length = std::strftime(buffer.data(), buffer.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    text.assign(buffer.data(), length);
    made_at = now;
  }
  return text;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const std::size_t start = out.size();
  out += value;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  out += "\r\n";
}

bool never_has_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

std::string response_text(const Response& response, bool keep_alive) {
  std::string out;
  out.reserve(response.body.size() + 512);
  out.append("HTTP/1.1 ")
      .append(std::to_string(response.status))
      .append(" ")
      .append(reason_of(response.status))
      .append("\r\n");
  append_header(out, "Date", date_text());
  append_header(out, "Connection", keep_alive ? "keep-alive" : "close");
  if (!never_has_body(response.status)) {
    if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
    if (!response.streams) append_header(out, "Content-Length", std::to_string(response.body.size()));
  }
  for (const Header& header : response.headers) append_header(out, header.name, header.value);
  out += "\r\n";
  if (!never_has_body(response.status) && !response.body_withheld) out += response.body;
  return out;
}

}  // namespace ordo::http
