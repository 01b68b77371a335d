#include "command-side/notifications/mail/mail_headers.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "command-side/notifications/mail/transfer_encoding.hpp"

namespace ordo::mail {
namespace {

constexpr std::string_view kWordStart = "=?UTF-8?B?";
constexpr std::string_view kWordEnd = "?=";
constexpr std::string_view kFold = "\r\n ";
constexpr std::size_t kLineSizeMax = 76;  // of a line that holds an encoded word

bool is_control(char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; }

bool breaks_line(std::string_view value) { return std::ranges::any_of(value, is_control); }

// Enough to keep an address from becoming two, or a header, or an SMTP command; whether it exists the server says.
bool is_address(std::string_view value) {
  constexpr std::string_view kNever = " <>,;:\"()[]\\";
  const auto at = value.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < value.size() && !breaks_line(value) &&
         value.find_first_of(kNever) == std::string_view::npos;
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The longest start of `text` that ends between two characters and has at most `size_max` bytes, but at least one character.
std::string_view whole_characters(std::string_view text, std::size_t size_max) {
  if (text.size() <= size_max) return text;
  std::size_t size = size_max;
  while (size > 0 && continues_character(text[size])) --size;
  if (size == 0) {
    size = 1;
    while (size < text.size() && continues_character(text[size])) ++size;
  }
  return text.substr(0, size);
}

bool fits_as_it_is(std::string_view name, std::string_view value) {
  const auto plain = [](char byte) { return static_cast<unsigned char>(byte) < 0x80 && !is_control(byte); };
  return name.size() + 2 + value.size() <= kLineSizeMax && std::ranges::all_of(value, plain) &&
         value.find("=?") == std::string_view::npos;
}

tl::unexpected<MailFailure> malformed(std::string_view field) {
  return tl::unexpected(MailFailure{MailFailureKind::malformed, fmt::format("the mail has no valid {}", field)});
}

bool is_message_id(std::string_view value) {
  return value.size() > 2 && value.front() == '<' && value.back() == '>' && !breaks_line(value) &&
         value.find(' ') == std::string_view::npos;
}

}  // namespace

std::string encoded_header_value(std::string_view name, std::string_view utf8) {
  if (fits_as_it_is(name, utf8)) return std::string(utf8);
  std::string value;
  std::size_t line_size = name.size() + 2;
  for (auto rest = utf8; !rest.empty();) {
    const std::size_t digits_max = kLineSizeMax - line_size - kWordStart.size() - kWordEnd.size();
    const auto word = whole_characters(rest, digits_max / 4 * 3);
    if (!value.empty()) value += kFold;
    value.append(kWordStart).append(base64(word)).append(kWordEnd);
    rest.remove_prefix(word.size());
    line_size = 1;  // the space that a folded line begins with
  }
  return value;
}

std::string header_date(Timestamp time) {
  using namespace std::chrono;
  // Spelled out: the names must be English whatever the locale of the process.
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto point = floor<seconds>(sys_time<milliseconds>{milliseconds{time.unix_ms}});
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss clock{point - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

Result<std::vector<std::string>, MailFailure> header_lines(const Mail& mail) {
  if (!is_address(mail.from)) return malformed("sender");
  if (!is_address(mail.to)) return malformed("recipient");
  if (mail.subject.empty() || breaks_line(mail.subject)) return malformed("subject");
  if (!is_message_id(mail.message_id)) return malformed("message id");
  if (breaks_line(mail.correlation_id)) return malformed("correlation id");
  if (breaks_line(mail.traceparent)) return malformed("traceparent");
  std::vector<std::string> lines;
  lines.reserve(8);
  lines.push_back("Date: " + header_date(mail.date));
  lines.push_back("From: " + mail.from);
  lines.push_back("To: " + mail.to);
  lines.push_back("Subject: " + encoded_header_value("Subject", mail.subject));
  lines.push_back("Message-ID: " + mail.message_id);
  lines.emplace_back("Auto-Submitted: auto-generated");
  if (!mail.correlation_id.empty()) lines.push_back("X-Correlation-Id: " + mail.correlation_id);
  if (!mail.traceparent.empty()) lines.push_back("Traceparent: " + mail.traceparent);
  return lines;
}

}  // namespace ordo::mail
