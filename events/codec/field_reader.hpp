#pragma once
// Purpose: takes the fields of a Protobuf payload one by one and checks what our structs promise of them, so that a decoder
//          reads as the list of its fields.
// Errors: a field that does not hold what it should is remembered (the first one), a placeholder is answered, and
//         `finish` gives `corrupt` instead of the struct. No other use may be made of a struct before `finish`.
// Included by codec sources only. Threads: one reader, one thread; the payload must outlive it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "events/log/payload_codec.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::codec {

// The last millisecond of the year 9999: what RFC 3339 and Postgres can both still write.
inline constexpr std::int64_t kUnixMillisecondsMax = 253'402'300'799'999;

class FieldReader {
 public:
  explicit FieldReader(const log::Payload& payload) : payload_(payload) {}

  void require(bool holds, std::string_view field) {
    if (!holds && damaged_field_.empty()) damaged_field_ = field;
  }

  // The nil id names nothing, so it stands for nothing here either.
  template <class Id>
  [[nodiscard]] Id id(const std::string& bytes, std::string_view field) {
    const auto read = present(Id::from_bytes(bytes), field);
    require(!read.is_nil(), field);
    return read;
  }

  // Empty means absent.
  template <class Id>
  [[nodiscard]] std::optional<Id> optional_id(const std::string& bytes, std::string_view field) {
    return bytes.empty() ? std::nullopt : std::optional<Id>(id<Id>(bytes, field));
  }

  // Empty means that the request had none.
  [[nodiscard]] IdBytes fingerprint(const std::string& bytes) {
    require(bytes.empty() || bytes.size() == IdBytes{}.size(), "fingerprint");
    return log::fingerprint_from(bytes);
  }

  [[nodiscard]] Currency currency(const std::string& code) { return present(Currency::parse(code), "currency"); }

  [[nodiscard]] std::int64_t between(std::int64_t least, std::int64_t value, std::int64_t most, std::string_view field) {
    require(least <= value && value <= most, field);
    return value;
  }

  [[nodiscard]] std::int64_t not_negative(std::int64_t value, std::string_view field) {
    return between(0, value, INT64_MAX, field);
  }

  // An amount that somebody asked for.
  [[nodiscard]] Money amount(std::int64_t minor, const std::string& code, std::string_view field) {
    return {between(0, minor, kAmountMax, field), currency(code)};
  }

  [[nodiscard]] Timestamp time(std::int64_t unix_ms, std::string_view field) {
    return {between(0, unix_ms, kUnixMillisecondsMax, field)};
  }

  // Enums are numbered without gaps; 0 (unspecified), like every number that has no name yet, is damage.
  template <class Enum>
  [[nodiscard]] Enum enumerator(int number, Enum least, Enum most, std::string_view field) {
    const bool known = static_cast<int>(least) <= number && number <= static_cast<int>(most);
    require(known, field);
    return known ? static_cast<Enum>(number) : least;
  }

  template <class Value>
  [[nodiscard]] Value present(std::optional<Value> value, std::string_view field) {
    require(value.has_value(), field);
    return value ? std::move(*value) : Value{};
  }

  template <class Value>
  [[nodiscard]] Result<Value> finish(Value value) const {
    if (!damaged_field_.empty()) return log::damaged(payload_, damaged_field_);
    return value;
  }

 private:
  const log::Payload& payload_;
  std::string_view damaged_field_;
};

}  // namespace ordo::codec
