#include "command-side/identity/guess_limits.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <sodium.h>

#include "command-side/identity/refusals.hpp"

namespace ordo::identity {
namespace {

// Ann and ann are one, as for `users`; a name has only ASCII letters, or it belongs to nobody.
std::string lower(std::string_view text) {
  std::string lowered(text);
  for (auto& letter : lowered) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lowered;
}

// However long it is, and whatever stands in it.
std::string hash_of(std::string_view kind, std::string_view who) {
  const auto text = fmt::format("{} {}", kind, who);
  std::string hash(16, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), nullptr, 0);
  return hash;
}

std::string account(std::string_view username) { return hash_of("account", lower(username)); }
std::string source(std::string_view address) { return hash_of("address", address); }

Refusal too_many(Timestamp now, Timestamp ends) {
  const auto left_ms = std::max<std::int64_t>(ends.unix_ms - now.unix_ms, 1);
  return {RefusalReason::too_many_guesses, "too many log-ins failed", {}, std::chrono::seconds((left_ms + 999) / 1000)};
}

// Of windows that are over a few go with each failure, so that the table does not grow with the names that were ever guessed.
constexpr std::string_view kTidy =
    "DELETE FROM identity.guesses WHERE who IN (SELECT who FROM identity.guesses WHERE window_ends <= $1::timestamptz "
    "ORDER BY window_ends LIMIT 20 FOR UPDATE SKIP LOCKED)";

void warn(const Result<postgres::Rows>& answer) {
  if (!answer) (void)refusal_of(answer.error());
}

}  // namespace

Answer<void> GuessLimits::begin(std::string_view username, std::string_view address) {
  if (quota_.per_address > 0 && !address.empty()) {
    if (auto looked = look(source(address), quota_.per_address); !looked) return looked;
  }
  if (quota_.per_account == 0) return {};
  const auto counted = count(account(username), quota_.per_account);
  if (!counted) return tl::unexpected(refusal_of(counted.error()));
  if (!*counted) return look(account(username), quota_.per_account);
  return {};
}

void GuessLimits::failed(std::string_view address) {
  if (quota_.per_address > 0 && !address.empty()) {
    if (const auto counted = count(source(address), std::numeric_limits<std::int32_t>::max()); !counted) (void)refusal_of(counted.error());
  }
  warn(pool_.execute(kTidy, clock_.now()));
}

void GuessLimits::was_none(std::string_view username) {
  if (quota_.per_account == 0) return;
  warn(pool_.execute("UPDATE identity.guesses SET failures = greatest(failures - 1, 0) WHERE who = $1::bytea",
                     postgres::Bytes{account(username)}));
}

// Whether there is room; where there is none, until when.
Answer<void> GuessLimits::look(std::string_view who, std::int64_t failures_max) {
  const auto now = clock_.now();
  const auto rows = pool_.execute(
      "SELECT window_ends FROM identity.guesses WHERE who = $1::bytea AND failures >= $2::bigint AND window_ends > $3::timestamptz",
      postgres::Bytes{who}, failures_max, now);
  if (!rows) return tl::unexpected(refusal_of(rows.error()));
  if (rows->empty()) return {};
  return tl::unexpected(too_many(now, (*rows)[0].get<Timestamp>(0)));
}

// False: as many have failed, and nothing was counted.
Result<bool> GuessLimits::count(std::string_view who, std::int64_t failures_max) {
  const auto now = clock_.now();
  const Timestamp ends{now.unix_ms + std::chrono::milliseconds(quota_.window).count()};
  return pool_
      .execute("INSERT INTO identity.guesses AS known (who, failures, window_ends) VALUES ($1::bytea, 1, $2::timestamptz) "
               "ON CONFLICT (who) DO UPDATE SET "
               "failures = CASE WHEN known.window_ends <= $3::timestamptz THEN 1 ELSE known.failures + 1 END, "
               "window_ends = CASE WHEN known.window_ends <= $3::timestamptz THEN excluded.window_ends ELSE known.window_ends END "
               "WHERE known.window_ends <= $3::timestamptz OR known.failures < $4::bigint",
               postgres::Bytes{who}, ends, now, failures_max)
      .map([](const postgres::Rows& rows) { return rows.affected() == 1; });
}

}  // namespace ordo::identity
