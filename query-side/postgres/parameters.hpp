#pragma once
// Purpose: values on their way into a statement, already in Postgres's binary form, so that nothing is ever quoted or parsed.
//          Name the type of every parameter in the SQL, by this table:
//            every integer              $1::bigint         (above 2^63-1 is a bug)
//            bool                       $1::boolean
//            text, string_view          $1::text           (json: $1::text::jsonb)
//            Bytes                      $1::bytea
//            Id<…>, IdBytes             $1::uuid
//            Timestamp                  $1::timestamptz
//            optional<T>                as T, or NULL
//            Column<T>, vector<T>       $1::bigint[], $1::uuid[], …, for set-based statements: … FROM unnest($1::uuid[], $2::text[])
// Errors: text that is no UTF-8, or holds U+0000, makes the statement fail as corrupt.
// Threads: plain values.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::postgres {

struct Bytes {
  std::string_view raw;
};

namespace binary {

// Object ids of Postgres's own types; they are the same in every database.
inline constexpr std::uint32_t kBoolean = 16, kBytea = 17, kBigint = 20, kText = 25, kTimestamptz = 1184, kUuid = 2950;

void append_word(std::string& out, std::uint32_t word);
void append_sized(std::string& out, std::string_view bytes);
[[nodiscard]] std::string bigint(std::int64_t value);
[[nodiscard]] std::string bigint(std::uint64_t value);
[[nodiscard]] std::int64_t postgres_microseconds(Timestamp time);
[[nodiscard]] std::string timestamptz(Timestamp time);

template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;
template <class T>
concept Text = std::convertible_to<const T&, std::string_view>;
template <class T>
concept Scalar = Integer<T> || Text<T> || std::same_as<T, bool> || std::same_as<T, Bytes> || std::same_as<T, IdBytes> ||
                 std::same_as<T, Timestamp> || is_id<T>;

template <Scalar T>
[[nodiscard]] constexpr std::uint32_t type_of() {
  if constexpr (std::same_as<T, bool>) return kBoolean;
  else if constexpr (Integer<T>) return kBigint;
  else if constexpr (Text<T>) return kText;
  else if constexpr (std::same_as<T, Bytes>) return kBytea;
  else if constexpr (std::same_as<T, Timestamp>) return kTimestamptz;
  else return kUuid;
}

template <Scalar T>
[[nodiscard]] std::string encode(const T& value) {
  if constexpr (std::same_as<T, bool>) return std::string(1, value ? '\1' : '\0');
  else if constexpr (std::signed_integral<T>) return bigint(std::int64_t{value});
  else if constexpr (Integer<T>) return bigint(std::uint64_t{value});
  else if constexpr (Text<T>) return std::string(std::string_view(value));
  else if constexpr (std::same_as<T, Bytes>) return std::string(value.raw);
  else if constexpr (std::same_as<T, Timestamp>) return timestamptz(value);
  else if constexpr (std::same_as<T, IdBytes>) return std::string(reinterpret_cast<const char*>(value.data()), value.size());
  else return std::string(value.raw());
}

// An array's value: what stands before the elements, and the elements.
[[nodiscard]] std::string array(std::uint32_t element_type, std::size_t count, bool has_null, std::string_view elements);

}  // namespace binary

// One column of many rows, built by appending. Texts are copied at once, so Column<string_view> is as good as any.
template <binary::Scalar T>
class Column {
 public:
  using Value = std::conditional_t<binary::Text<T>, std::string_view, T>;

  void push(const Value& value) {
    binary::append_sized(elements_, binary::encode(value));
    ++count_;
  }
  template <class Optional>
    requires std::same_as<Optional, std::optional<T>> || std::same_as<Optional, std::optional<Value>>
  void push(const Optional& value) {
    value ? push(*value) : push_null();
  }
  void push_null() {
    binary::append_word(elements_, 0xFFFFFFFF);
    has_null_ = true;
    ++count_;
  }
  void clear() { *this = Column(); }

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::string encoded() const { return binary::array(binary::type_of<T>(), count_, has_null_, elements_); }

 private:
  std::string elements_;
  std::size_t count_ = 0;
  bool has_null_ = false;
};

class Parameter {
 public:
  Parameter(std::nullopt_t) {}  // NULL
  template <binary::Scalar T>
  Parameter(const T& value) : bytes_(binary::encode(value)) {}
  template <binary::Scalar T>
  Parameter(const std::optional<T>& value) {
    if (value) bytes_ = binary::encode(*value);
  }
  template <binary::Scalar T>
  Parameter(const Column<T>& column) : bytes_(column.encoded()) {}
  template <binary::Scalar T>
  Parameter(const std::vector<T>& values) {
    Column<T> column;
    for (const auto& value : values) column.push(T(value));
    bytes_ = column.encoded();
  }

  // Nothing for NULL.
  [[nodiscard]] const std::optional<std::string>& bytes() const { return bytes_; }

 private:
  std::optional<std::string> bytes_;
};

}  // namespace ordo::postgres
