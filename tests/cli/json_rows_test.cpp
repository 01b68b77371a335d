#include <sstream>

#include <catch2/catch.hpp>

#include "cli/json_rows.hpp"

using ordo::cli::JsonRows;

namespace {

std::string written(std::string_view output, int count) {
  std::ostringstream out;
  {
    JsonRows rows(out, output);
    for (int row = 0; row < count; ++row) rows.add("{}");
  }
  return out.str();
}

}  // namespace

TEST_CASE("rows are one array in JSON, and lines in NDJSON") {
  CHECK(written("json", 0) == "[]\n");
  CHECK(written("json", 1) == "[\n{}\n]\n");
  CHECK(written("json", 3) == "[\n{},\n{},\n{}\n]\n");
  CHECK(written("ndjson", 0).empty());
  CHECK(written("ndjson", 2) == "{}\n{}\n");
}
