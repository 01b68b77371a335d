#include "events/log/position.hpp"

#include <charconv>

#include <fmt/format.h>
#include <sodium.h>

namespace ordo::log {
namespace {

constexpr std::string_view kVersion = "1";
constexpr std::size_t kTokenSizeMax = 4096;

tl::unexpected<Failure> not_a_token() { return failure(FailureKind::corrupt, "not a position token"); }

std::string base64url(std::string_view raw) {
  std::string encoded(sodium_base64_encoded_len(raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  encoded.pop_back();  // the terminator that libsodium writes
  return encoded;
}

std::optional<std::string> from_base64url(std::string_view encoded) {
  std::string raw(encoded.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), encoded.data(), encoded.size(),
                        nullptr, &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return std::nullopt;
  }
  raw.resize(size);
  return raw;
}

template <class Number>
bool parse_number(std::string_view digits, Number& number) {
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc{} && stopped == end && !digits.empty();
}

}  // namespace

std::string text(const StreamPosition& position) {
  return fmt::format("{}@{}.{}", text(position.stream), position.position.sequence, position.position.index);
}

std::optional<StreamPosition> parse_stream_position(std::string_view entry) {
  const auto at = entry.find('@');
  const auto dot = entry.rfind('.');
  if (at == std::string_view::npos || dot == std::string_view::npos || dot < at) return std::nullopt;
  const auto stream = parse_stream_name(entry.substr(0, at));
  StreamPosition position;
  if (!stream || !parse_number(entry.substr(at + 1, dot - at - 1), position.position.sequence) ||
      !parse_number(entry.substr(dot + 1), position.position.index)) {
    return std::nullopt;
  }
  position.stream = *stream;
  return position;
}

std::string encode_position_token(const std::vector<StreamPosition>& positions) {
  std::string raw(kVersion);
  for (const auto& position : positions) raw += ' ' + text(position);
  return base64url(raw);
}

Result<std::vector<StreamPosition>> decode_position_token(std::string_view token) {
  if (token.size() > kTokenSizeMax) return not_a_token();
  const auto raw = from_base64url(token);
  if (!raw) return not_a_token();
  std::string_view rest = *raw;
  if (!rest.starts_with(kVersion)) return not_a_token();
  rest.remove_prefix(kVersion.size());
  std::vector<StreamPosition> positions;
  while (!rest.empty()) {
    if (rest.front() != ' ') return not_a_token();
    rest.remove_prefix(1);
    const auto entry = rest.substr(0, rest.find(' '));
    const auto position = parse_stream_position(entry);
    if (!position) return not_a_token();
    positions.push_back(*position);
    rest.remove_prefix(entry.size());
  }
  // One list has one token: "ORDERS-02" or "1.07" were never written by us.
  if (positions.empty() || encode_position_token(positions) != token) return not_a_token();
  return positions;
}

}  // namespace ordo::log
