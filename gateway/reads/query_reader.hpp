#pragma once
// Purpose: reads the parameters of a URL and says everything that is wrong with them at once, as body.hpp does for bodies.
// Errors: 400 `invalid_parameter`, one entry for each; the pointer names the parameter: "/limit". Parameters that nobody asks
//         for do not matter.
// Threads: one reader, one thread. The request outlives it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::reads {

class QueryReader {
 public:
  explicit QueryReader(const http::Request& request) : request_(request) {}

  [[nodiscard]] std::optional<std::string_view> text(std::string_view name);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max, std::int64_t otherwise);

  template <class SomeId>
  [[nodiscard]] std::optional<SomeId> id(std::string_view name) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    auto id = SomeId::parse(*given);
    if (!id) refuse(name, "must be a UUID");
    return id;
  }

  void refuse(std::string_view name, std::string detail);

  // The parameters that somebody asked for and that are there: what a link to the next page repeats.
  [[nodiscard]] const http::Parameters& read() const { return read_; }
  [[nodiscard]] const std::string& path() const { return request_.path; }

  // Everything that was wrong; ask it last.
  [[nodiscard]] Result<void, http::Problem> finish() const;

 private:
  const http::Request& request_;
  http::Parameters read_;
  std::vector<http::FieldError> errors_;
};

}  // namespace ordo::reads
