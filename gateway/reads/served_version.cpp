#include "gateway/reads/served_version.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ordo::reads {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{200};
constexpr int kRetryAfterSeconds = 5;

Failure refusal(const TablesMark& expected, const std::optional<TablesMark>& serving) {
  if (!serving) return {FailureKind::unavailable, "there is no read model: `ordo setup` or the projector makes it"};
  return {FailureKind::unavailable, fmt::format("the read model is of version {}, and this program reads version {}: `ordo projections "
                                                "rebuild` makes it anew", serving->version, expected.version)};
}

}  // namespace

Result<void> ServedVersion::admit(postgres::Connection& connection) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (!has_looked_ || now >= looks_again_) {
    auto serving = look(connection);
    if (!serving) return tl::unexpected(serving.error());
    const bool changed = !has_looked_ || *serving != serving_;
    serving_ = std::move(*serving);
    has_looked_ = true;
    looks_again_ = now + kBetweenLooks;
    if (changed && serving_ != expected_) spdlog::error("{}; until then nothing is read", refusal(expected_, serving_).text);
  }
  if (serving_ == expected_) return {};
  return tl::unexpected(refusal(expected_, serving_));
}

bool ServedVersion::fits() const {
  const std::lock_guard lock(mutex_);
  return !has_looked_ || serving_ == expected_;
}

bool ServedVersion::is_fresh() const {
  const std::lock_guard lock(mutex_);
  return has_looked_ && std::chrono::steady_clock::now() < looks_again_;
}

std::optional<http::Problem> ServedVersion::trouble(postgres::Pool& pool) const {
  if ((fits() && is_fresh()) || pool.acquire() || fits()) return std::nullopt;
  return http::try_again(http::ProblemCode::unavailable,
                         "What is read here is of another version and has to be made anew. Commands are accepted; come back later.",
                         kRetryAfterSeconds);
}

Result<std::optional<TablesMark>> ServedVersion::look(postgres::Connection& connection) const {
  const auto rows = connection.execute("select version, fingerprint from read.schema_version");
  if (!rows && rows.error().retryable()) return tl::unexpected(rows.error());
  if (!rows || rows->empty()) return std::nullopt;
  return TablesMark{(*rows)[0].get<std::int64_t>(0), (*rows)[0].get<IdBytes>(1)};
}

}  // namespace ordo::reads
