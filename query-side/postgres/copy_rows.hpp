#pragma once
// Purpose: rows on their way into a table by COPY, in Postgres's binary form: the fastest way in, for many rows that go to one place.
//          What a value is decides which column takes it, for nothing is converted:
//            int64_t, uint64_t          bigint (above 2^63-1 is a bug)
//            int32_t, uint32_t          integer (above 2^31-1 the server refuses the row)
//            text, string_view          text
//            Json                       jsonb
//            Id<…>, IdBytes             uuid
//            Timestamp                  timestamptz
//            optional<T>                as T, or NULL
// Errors: as for parameters; a row that the table refuses fails the whole COPY.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query-side/postgres/parameters.hpp"

namespace ordo::postgres {

struct Json {
  std::string_view text;
};

class CopyRows {
 public:
  // One row: a value for each column, in their order.
  template <class... Values>
  void add(const Values&... values) {
    begin_row(sizeof...(Values));
    (put(values), ...);
    ++count_;
  }

  // Room for so many rows of about that size: saves copying.
  void reserve(std::size_t rows, std::size_t bytes_each) { bytes_.reserve(rows * bytes_each); }

  [[nodiscard]] bool empty() const { return count_ == 0; }

  // What COPY … (FORMAT binary) reads, from its beginning to its end.
  [[nodiscard]] std::string take();

 private:
  void begin_row(std::size_t columns);
  void put(std::int64_t value) { put_integer(static_cast<std::uint64_t>(value), 8); }
  void put(std::uint64_t value);
  void put(std::int32_t value) { put_integer(static_cast<std::uint32_t>(value), 4); }
  void put(std::uint32_t value);
  void put(std::string_view value);
  void put(Json value);
  void put(Timestamp value);
  void put(const IdBytes& value);
  template <class Tag>
  void put(const Id<Tag>& value) {
    put(value.raw());
  }
  template <class Value>
  void put(const std::optional<Value>& value) {
    value ? put(*value) : put_null();
  }
  void put(std::nullopt_t) { put_null(); }
  void put_null();
  void put_integer(std::uint64_t value, int bytes);

  std::string bytes_;
  std::size_t count_ = 0;
};

}  // namespace ordo::postgres
