#pragma once
// Purpose: JSON objects one after the other, as --output wants them: json makes one array of them, whole whenever the program ends in
//          order, ndjson a line of each. They are written as they come.
// Threads: one.

#include <ostream>
#include <string_view>

namespace ordo::cli {

class JsonRows {
 public:
  // `output`: json or ndjson. Requires: `out` lives longer.
  JsonRows(std::ostream& out, std::string_view output) : out_(out), as_array_(output == "json") {}
  ~JsonRows();
  JsonRows(const JsonRows&) = delete;
  JsonRows& operator=(const JsonRows&) = delete;

  void add(std::string_view object);

 private:
  std::ostream& out_;
  const bool as_array_;
  bool any_ = false;
};

}  // namespace ordo::cli
