#pragma once
// Purpose: what a JetStream server says, parsed: the answer to an append, an API error, where a delivered message stands.
// Errors: nothing (`nullopt`) for what cannot be understood.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/vocabulary/time.hpp"

namespace ordo::log::jetstream {

struct ApiError {
  int code = 0;  // JetStream's own ("err_code"); 0: no error
  std::string text;
};

// Of the codes that we act upon. Refusals that say a message was not stored for want of something are in `is_not_stored`.
inline constexpr int kNoMessageFound = 10037;
inline constexpr int kStreamNotFound = 10059;
inline constexpr int kWrongLastSequence = 10071;
inline constexpr int kWrongLastSequenceInFlight = 10164;  // the same from a replicated stream of newer servers

// Nothing if the answer is no JSON; a code of 0 if it tells no error.
[[nodiscard]] std::optional<ApiError> parse_api_error(std::string_view json);

struct AppendAnswer {
  std::string stream;
  std::uint64_t sequence = 0;  // 0: not stored, whatever else is said
  bool duplicate = false;
  ApiError error;
};

[[nodiscard]] std::optional<AppendAnswer> parse_append_answer(std::string_view json);

[[nodiscard]] bool is_conflict(const ApiError& error);
// True for refusals after which the message certainly is not in the stream and may be tried again.
[[nodiscard]] bool is_not_stored(const ApiError& error);
// True for refusals of a cluster that has just started and will do better in a moment.
[[nodiscard]] bool is_not_ready(const ApiError& error);

struct DeliveredAt {
  std::uint64_t stream_sequence = 0;
  std::uint64_t consumer_sequence = 0;
};

// Of a delivered message's reply subject: "$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.…"
// or the newer form with domain and account before the stream.
[[nodiscard]] std::optional<DeliveredAt> parse_delivered_at(std::string_view reply_subject);

// "2026-01-31T12:00:00.123456789Z": the server tells nanoseconds, without the zeros at their end.
[[nodiscard]] std::optional<Timestamp> parse_server_time(std::string_view text);

template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view digits);

}  // namespace ordo::log::jetstream
