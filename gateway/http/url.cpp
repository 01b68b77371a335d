#include "gateway/http/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace ordo::http {
namespace {

enum class Plus { literal, space };

// How many bytes the character takes that starts with `lead`; 0 where none starts so.
std::size_t utf8_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
bool is_second_byte(unsigned char lead, unsigned char second) {
  if (lead == 0xE0) return second >= 0xA0 && second <= 0xBF;
  if (lead == 0xED) return second >= 0x80 && second <= 0x9F;
  if (lead == 0xF0) return second >= 0x90 && second <= 0xBF;
  if (lead == 0xF4) return second >= 0x80 && second <= 0x8F;
  return second >= 0x80 && second <= 0xBF;
}

std::optional<char> hex_byte(std::string_view digits) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
  return static_cast<char>(value);
}

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      const auto byte = hex_byte(text.substr(at + 1, 2));
      if (!byte || *byte == '\0') return std::nullopt;
      decoded.push_back(*byte);
      at += 2;
    } else {
      decoded.push_back(text[at] == '+' && plus == Plus::space ? ' ' : text[at]);
    }
  }
  return is_utf8(decoded) ? std::optional<std::string>(std::move(decoded)) : std::nullopt;
}

// Calls `each` with every part; stops when it answers false.
template <class Each>
bool split(std::string_view text, char separator, Each each) {
  while (true) {
    const std::size_t end = text.find(separator);
    if (!each(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

tl::unexpected<Problem> malformed() {
  return refused(ProblemCode::malformed_url, "The URL holds a broken percent-escape or bytes that are not UTF-8.");
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = utf8_length(lead);
    if (length == 0 || at + length > text.size()) return false;
    if (length > 1 && !is_second_byte(lead, static_cast<unsigned char>(text[at + 1]))) return false;
    for (std::size_t next = at + 2; next < at + length; ++next) {
      if ((static_cast<unsigned char>(text[next]) & 0xC0U) != 0x80U) return false;
    }
    at += length;
  }
  return true;
}

Result<std::vector<std::string>, Problem> parse_path(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  std::vector<std::string> segments;
  const bool well_formed = split(path, '/', [&](std::string_view part) {
    auto decoded = percent_decode(part, Plus::literal);
    if (decoded) segments.push_back(std::move(*decoded));
    return decoded.has_value();
  });
  if (!well_formed) return malformed();
  return segments;
}

Result<Parameters, Problem> parse_query(std::string_view query) {
  Parameters parameters;
  std::optional<std::string> twice;
  const bool well_formed = split(query, '&', [&](std::string_view part) {
    if (part.empty()) return true;
    const std::size_t equals = part.find('=');
    auto name = percent_decode(part.substr(0, equals), Plus::space);
    auto value = percent_decode(equals == std::string_view::npos ? "" : part.substr(equals + 1), Plus::space);
    if (!name || !value) return false;
    if (std::ranges::find(parameters, *name, &Parameter::name) != parameters.end()) twice = *name;
    parameters.push_back({std::move(*name), std::move(*value)});
    return true;
  });
  if (!well_formed) return malformed();
  if (twice) return refused(ProblemCode::invalid_parameter, "The parameter '" + *twice + "' stands twice.");
  return parameters;
}

}  // namespace ordo::http
