#include "command-side/notifications/mail/transfer_encoding.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace ordo::mail {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLineSizeMax = 76;
constexpr std::size_t kBytesPerBase64Line = kLineSizeMax / 4 * 3;
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

std::uint32_t byte_at(std::string_view raw, std::size_t index) { return static_cast<unsigned char>(raw[index]); }

void append_digits(std::string& out, std::string_view raw) {
  const auto whole = raw.size() / 3 * 3;
  auto at = out.size();
  out.resize(at + (raw.size() + 2) / 3 * 4, '=');
  const auto put = [&](std::uint32_t bits, std::size_t digits) {
    for (std::size_t digit = 0; digit < digits; ++digit) out[at + digit] = kBase64Digits[(bits >> (18 - 6 * digit)) & 0x3F];
    at += 4;
  };
  for (std::size_t start = 0; start < whole; start += 3) {
    put(byte_at(raw, start) << 16 | byte_at(raw, start + 1) << 8 | byte_at(raw, start + 2), 4);
  }
  const auto left = raw.size() - whole;
  if (left == 1) put(byte_at(raw, whole) << 16, 2);
  if (left == 2) put(byte_at(raw, whole) << 16 | byte_at(raw, whole + 1) << 8, 3);
}

std::string with_mail_line_ends(std::string_view text) {
  std::string lines;
  lines.reserve(text.size() + text.size() / 16);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const bool has_return = end > 0 && text[end - 1] == '\r';
    lines.append(text.substr(0, end));
    if (end < text.size()) lines.append(has_return ? "\n" : kLineEnd);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Printable, and no "=": stands for itself, except at a line's end if it is a blank.
constexpr std::array<bool, 256> kStandsForItself = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x7F; ++byte) plain[byte] = byte != '=';
  plain['\t'] = true;
  return plain;
}();

bool stands_for_itself(char byte) { return kStandsForItself[static_cast<unsigned char>(byte)]; }

void append_quoted_byte(std::string& out, char byte) {
  const auto value = static_cast<unsigned char>(byte);
  out += '=';
  out += kHexDigits[value >> 4];
  out += kHexDigits[value & 0xF];
}

bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

// One that stands as it is.
bool is_plain_line(std::string_view line) {
  return line.size() <= kLineSizeMax && std::ranges::all_of(line, stands_for_itself) && (line.empty() || !is_blank(line.back()));
}

void append_quoted_line(std::string& out, std::string_view line) {
  auto line_start = out.size();
  for (std::size_t index = 0; index < line.size(); ++index) {
    const char byte = line[index];
    const bool is_last = index + 1 == line.size();
    const bool is_plain = stands_for_itself(byte) && !(is_last && is_blank(byte));
    const std::size_t size = is_plain ? 1 : 3;
    // The last column is for the "=" of a soft line break, unless the line ends here.
    if (out.size() - line_start + size > kLineSizeMax - (is_last ? 0 : 1)) {
      out += "=\r\n";
      line_start = out.size();
    }
    if (is_plain) {
      out += byte;
    } else {
      append_quoted_byte(out, byte);
    }
  }
}

}  // namespace

std::string base64(std::string_view raw) {
  std::string digits;
  append_digits(digits, raw);
  return digits;
}

void append_base64(std::string& out, std::string_view text) {
  // Inside base64 a line of text ends with CR LF as well.
  const auto canonical = with_mail_line_ends(text);
  for (std::string_view rest = canonical; !rest.empty(); rest.remove_prefix(std::min(kBytesPerBase64Line, rest.size()))) {
    append_digits(out, rest.substr(0, kBytesPerBase64Line));
    out += kLineEnd;
  }
}

void append_quoted_printable(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (is_plain_line(line)) {
      out += line;
    } else {
      append_quoted_line(out, line);
    }
    out += kLineEnd;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool is_mostly_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::size_t beyond_ascii = 0;
  for (auto rest = text; !rest.empty();) {
    std::uint64_t eight = 0;
    const auto size = std::min(sizeof eight, rest.size());
    std::memcpy(&eight, rest.data(), size);
    beyond_ascii += static_cast<std::size_t>(std::popcount(eight & kHighBits));
    rest.remove_prefix(size);
  }
  return beyond_ascii * 6 < text.size();
}

}  // namespace ordo::mail
