#include "gateway/http/request_fields.hpp"

#include <algorithm>
#include <charconv>

#include "events/vocabulary/ids.hpp"

namespace ordo::http {
namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }

bool is_letter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

std::string hex_of(const IdBytes& bytes) {
  std::string digits = uuid_text(bytes);
  std::erase(digits, '-');
  return digits;
}

// Cuts the first element of a comma-separated list; commas inside quotes do not separate.
std::string_view take_element(std::string_view& list, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < list.size() && (quoted || list[end] != separator); ++end) {
    if (list[end] == '"') quoted = !quoted;
  }
  const std::string_view element = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return trimmed(element);
}

// The N of one preference `wait=N`; its parameters (after ';') do not matter.
std::optional<std::chrono::seconds> wait_of(std::string_view preference) {
  preference = take_element(preference, ';');
  const std::size_t equals = preference.find('=');
  if (equals == std::string_view::npos || !same_name(trimmed(preference.substr(0, equals)), "wait"))
    return std::nullopt;
  const std::string_view digits = unquoted(trimmed(preference.substr(equals + 1)));
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error == std::errc::result_out_of_range) return kPreferWaitMax;
  return std::min(std::chrono::seconds(seconds), kPreferWaitMax);
}

}  // namespace

std::optional<std::chrono::seconds> parse_prefer_wait(const Headers& headers) {
  for (const Header& header : headers) {
    if (!same_name(header.name, "Prefer")) continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      if (const auto wait = wait_of(take_element(rest, ','))) return wait;
    }
  }
  return std::nullopt;
}

Result<std::optional<std::string>, Problem> parse_idempotency_key(const Headers& headers) {
  const auto field = find_header(headers, "Idempotency-Key");
  if (!field) return std::nullopt;
  const std::string_view key = unquoted(trimmed(*field));
  const bool visible = std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~' && c != '"'; });
  if (key.empty() || key.size() > kIdempotencyKeyBytesMax || !visible) {
    return refused(ProblemCode::invalid_idempotency_key,
                   "Idempotency-Key takes 1 to 255 printable ASCII characters, bare or in quotes.");
  }
  if (count_headers(headers, "Idempotency-Key") > 1) {
    return refused(ProblemCode::invalid_idempotency_key, "Idempotency-Key stands twice.");
  }
  return std::string(key);
}

bool is_correlation_id(std::string_view text) {
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kCorrelationIdBytesMax && std::ranges::all_of(text, allowed);
}

std::string correlation_id_of(const Headers& headers) {
  const auto given = find_header(headers, "X-Correlation-Id");
  if (given && is_correlation_id(*given)) return std::string(*given);
  return uuid_text(random_uuid());
}

bool is_traceparent(std::string_view text) {
  // version "-" trace id "-" parent id "-" flags; later versions may go on after another "-"
  constexpr std::size_t kLength = 2 + 1 + 32 + 1 + 16 + 1 + 2;
  constexpr std::size_t kLengthMax = 256;
  if (text.size() < kLength || text.size() > kLengthMax || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return false;
  }
  const std::string_view version = text.substr(0, 2);
  const std::string_view trace = text.substr(3, 32);
  const std::string_view parent = text.substr(36, 16);
  if (!is_lower_hex(version) || !is_lower_hex(trace) || !is_lower_hex(parent) || !is_lower_hex(text.substr(53, 2))) {
    return false;
  }
  if (version == "ff" || is_zero(trace) || is_zero(parent)) return false;
  return text.size() == kLength || (version != "00" && text[kLength] == '-');
}

std::string traceparent_of(const Headers& headers) {
  const auto given = find_header(headers, "traceparent");
  if (given && is_traceparent(*given)) return std::string(*given);
  return "00-" + hex_of(random_uuid()) + '-' + hex_of(random_uuid()).substr(16) + "-01";
}

bool is_json_media_type(std::string_view content_type) {
  if (!same_name(take_element(content_type, ';'), "application/json")) return false;
  if (content_type.empty()) return true;
  const std::string_view parameter = take_element(content_type, ';');
  const std::size_t equals = parameter.find('=');
  return content_type.empty() && equals != std::string_view::npos &&
         same_name(parameter.substr(0, equals), "charset") &&
         same_name(unquoted(parameter.substr(equals + 1)), "utf-8");
}

bool matches_entity_tag(std::string_view if_none_match, std::string_view etag) {
  if (trimmed(if_none_match) == "*") return true;
  while (!if_none_match.empty()) {
    std::string_view candidate = take_element(if_none_match, ',');
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == etag) return true;
  }
  return false;
}

}  // namespace ordo::http
