#pragma once
// Purpose: what a statement answered.
// Columns are asked for by number, from 0, as the statement lists them. Types: int64_t (bigint, integer), bool, string (text,
//   jsonb, …), string_view (valid as long as a `Rows` of this answer), Timestamp (timestamptz), IdBytes and Id<…> (uuid),
//   vector<string> (text[]), optional<T> where NULL may stand.
// Errors: another type than the column's, or NULL without optional, is a bug in the SQL: the process ends and says where.
// Threads: plain values; copies share the answer.

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::postgres {

struct RowsData;  // libpqxx's result

class Row {
 public:
  Row(const RowsData& data, std::size_t index) : data_(&data), index_(index) {}

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string bytes(int column) const;  // bytea

  template <class T>
  [[nodiscard]] T get(int column) const {
    return read(column, Type<T>{});
  }

 private:
  template <class T>
  struct Type {};

  [[nodiscard]] std::string_view read(int column, Type<std::string_view>) const;
  [[nodiscard]] std::int64_t read(int column, Type<std::int64_t>) const;
  [[nodiscard]] bool read(int column, Type<bool>) const;
  [[nodiscard]] Timestamp read(int column, Type<Timestamp>) const;
  [[nodiscard]] IdBytes read(int column, Type<IdBytes>) const;
  [[nodiscard]] std::vector<std::string> read(int column, Type<std::vector<std::string>>) const;
  [[nodiscard]] std::string read(int column, Type<std::string>) const {
    return std::string(read(column, Type<std::string_view>{}));
  }
  template <class Tag>
  [[nodiscard]] Id<Tag> read(int column, Type<Id<Tag>>) const {
    return Id<Tag>(read(column, Type<IdBytes>{}));
  }
  template <class T>
  [[nodiscard]] std::optional<T> read(int column, Type<std::optional<T>>) const {
    return is_null(column) ? std::nullopt : std::optional<T>(read(column, Type<T>{}));
  }

  const RowsData* data_;  // lives as long as the `Rows` it came from
  std::size_t index_;
};

class Rows {
 public:
  explicit Rows(std::shared_ptr<const RowsData> data);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Row operator[](std::size_t index) const { return {*data_, index}; }

  // How many rows an INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::size_t affected() const;

  class Iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = Row;
    Iterator(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}
    [[nodiscard]] Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() { return ++index_, *this; }
    [[nodiscard]] bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Rows* rows_;
    std::size_t index_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size_}; }

 private:
  std::shared_ptr<const RowsData> data_;
  std::size_t size_;
};

}  // namespace ordo::postgres
