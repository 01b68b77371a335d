#pragma once
// Purpose: the lines of a file of saved users, as JSON: a header, a line per row, and what they add up to.
//            {"format":"ordo-identity","version":1,"schema_version":2}
//            {"table":"users","row":{…}}
//            {"end":true,"rows":41,"digest":"…"}
// Errors:  corrupt, and the text names file and line, but nothing of what stands there.
// Requires: sodium_init was called.
// Threads: plain values.

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "events/vocabulary/result.hpp"

namespace ordo::identity {

struct SavedTable {
  std::string_view name;
  std::string_view key;  // its rows' order
  std::string_view row;  // SQL: a row `t` of it as jsonb
};

// A row's place in the outbox is given anew, in the same order.
inline constexpr std::array kSavedTables{SavedTable{"users", "user_id", "to_jsonb(t)"},
                                         SavedTable{"outbox", "place", "to_jsonb(t) - 'place'"}};

// What rows add up to, in their order.
class SavedSum {
 public:
  void add(const SavedTable& table, std::string_view row);

  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] const std::string& digest() const { return digest_; }
  friend bool operator==(const SavedSum&, const SavedSum&) = default;

 private:
  std::uint64_t rows_ = 0;
  std::string digest_;  // empty: no rows
};

[[nodiscard]] std::string header_line(int schema_version);
[[nodiscard]] std::string row_line(const SavedTable& table, std::string_view row);
[[nodiscard]] std::string end_line(const SavedSum& sum);

struct SavedFile {
  int schema_version = 0;
  SavedSum sum;
};
// Hands over every row of a file, and answers when the file was whole.
[[nodiscard]] Result<SavedFile> read_saved(const std::string& path,
                                           const std::function<Result<void>(const SavedTable&, std::string_view row)>& take);

}  // namespace ordo::identity
