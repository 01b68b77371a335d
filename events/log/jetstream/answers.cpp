#include "events/log/jetstream/answers.hpp"

#include <array>
#include <charconv>

#include "events/vocabulary/json_visit.hpp"

namespace ordo::log::jetstream {
namespace {

// Reads the members of an error; true if it was one of them. An error without a code of its own is one all the same: -1.
bool read_error(std::string_view path, std::string_view value, ApiError& error) {
  if (!path.starts_with("error")) return false;
  if (error.code == 0 && path.starts_with("error.")) error.code = -1;
  if (path == "error.err_code") error.code = parse_number<int>(value).value_or(-1);
  if (path == "error.description") error.text = value;
  return true;
}

std::string_view next_token(std::string_view& rest) {
  const auto dot = rest.find('.');
  const auto token = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return token;
}

}  // namespace

template <class Number>
std::optional<Number> parse_number(std::string_view digits) {
  Number number = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || error != std::errc{} || stopped != end) return std::nullopt;
  return number;
}
template std::optional<int> parse_number<int>(std::string_view);
template std::optional<std::uint32_t> parse_number<std::uint32_t>(std::string_view);
template std::optional<std::uint64_t> parse_number<std::uint64_t>(std::string_view);

std::optional<ApiError> parse_api_error(std::string_view json) {
  ApiError error;
  const bool good = visit_json(
      json, [&error](std::string_view path, std::string_view value) { (void)read_error(path, value, error); });
  return good ? std::optional(std::move(error)) : std::nullopt;
}

std::optional<AppendAnswer> parse_append_answer(std::string_view json) {
  AppendAnswer answer;
  const bool good = visit_json(json, [&answer](std::string_view path, std::string_view value) {
    if (read_error(path, value, answer.error)) return;
    if (path == "stream") answer.stream = value;
    if (path == "seq") answer.sequence = parse_number<std::uint64_t>(value).value_or(0);
    if (path == "duplicate") answer.duplicate = value != "false";
  });
  if (!good || (answer.stream.empty() && answer.error.code == 0)) return std::nullopt;
  return answer;
}

bool is_conflict(const ApiError& error) {
  return error.code == kWrongLastSequence || error.code == kWrongLastSequenceInFlight;
}

bool is_not_stored(const ApiError& error) {
  constexpr std::array kCodes{
      10008,  // JetStream is temporarily unavailable
      10023,  // insufficient resources
      10028,  // insufficient memory
      10039,  // JetStream is not enabled for the account
      10047,  // insufficient storage
      10054,  // the message is larger than the stream allows
      10076,  // JetStream is not enabled
  };
  for (const auto code : kCodes) {
    if (error.code == code) return true;
  }
  return false;
}

bool is_not_ready(const ApiError& error) {
  return error.code == 10005      // no suitable peers for placement
         || error.code == 10008;  // JetStream is temporarily unavailable
}

std::optional<DeliveredAt> parse_delivered_at(std::string_view reply_subject) {
  constexpr std::string_view kPrefix = "$JS.ACK.";
  if (!reply_subject.starts_with(kPrefix)) return std::nullopt;
  std::array<std::string_view, 16> tokens;
  std::size_t count = 0;
  for (auto rest = reply_subject.substr(kPrefix.size()); !rest.empty(); ++count) {
    if (count == tokens.size()) return std::nullopt;
    tokens[count] = next_token(rest);
  }
  // stream, consumer, deliveries, stream sequence, consumer sequence, time, pending; or two more before and one behind
  const std::size_t first = count == 7 ? 0 : 2;
  if (count != 7 && count < 9) return std::nullopt;
  const auto stream_sequence = parse_number<std::uint64_t>(tokens[first + 3]);
  const auto consumer_sequence = parse_number<std::uint64_t>(tokens[first + 4]);
  if (!stream_sequence || !consumer_sequence) return std::nullopt;
  return DeliveredAt{*stream_sequence, *consumer_sequence};
}

std::optional<Timestamp> parse_server_time(std::string_view text) {
  const auto seconds = text.substr(0, text.find_first_of(".Z"));
  auto fraction = std::string(text.substr(seconds.size()));
  if (fraction.starts_with('.')) fraction.erase(0, 1);
  while (fraction.ends_with('Z')) fraction.pop_back();
  fraction.resize(3, '0');
  return parse_timestamp(std::string(seconds) + '.' + fraction + 'Z');
}

}  // namespace ordo::log::jetstream
