#include "gateway/reads/query_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace ordo::reads {

std::optional<std::string_view> QueryReader::text(std::string_view name) {
  const auto given = request_.query_parameter(name);
  if (given && std::ranges::find(read_, name, &http::Parameter::name) == read_.end()) {
    read_.push_back({std::string(name), std::string(*given)});
  }
  return given;
}

std::int64_t QueryReader::integer(std::string_view name, std::int64_t min, std::int64_t max, std::int64_t otherwise) {
  const auto given = text(name);
  if (!given) return otherwise;
  std::int64_t number = 0;
  const auto* end = given->data() + given->size();
  const auto [stopped, error] = std::from_chars(given->data(), end, number);
  if (error == std::errc{} && stopped == end && number >= min && number <= max) return number;
  refuse(name, fmt::format("must be a whole number from {} to {}", min, max));
  return otherwise;
}

void QueryReader::refuse(std::string_view name, std::string detail) {
  errors_.push_back({fmt::format("/{}", name), std::move(detail)});
}

Result<void, http::Problem> QueryReader::finish() const {
  if (errors_.empty()) return {};
  auto problem = http::problem(http::ProblemCode::invalid_parameter, "A parameter of the URL is not valid.");
  problem.errors = errors_;
  return tl::unexpected(std::move(problem));
}

}  // namespace ordo::reads
