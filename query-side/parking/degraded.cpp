#include "query-side/parking/degraded.hpp"

#include <fmt/format.h>

namespace ordo::parking {
namespace {

// What is parked under it holds up all of its user's.
constexpr std::string_view kNoOrder = "'00000000-0000-0000-0000-000000000000'";

Result<bool> answer_of(const Result<postgres::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return (*rows)[0].get<bool>(0);
}

}  // namespace

std::string order_is_degraded(std::string_view user_id, std::string_view order_id) {
  return fmt::format("exists (select from read.parked_keys as parked where parked.user_id = {} and parked.order_id in ({}, {}))", user_id,
                     order_id, kNoOrder);
}

std::string wallet_is_degraded(std::string_view user_id) {
  return fmt::format("exists (select from read.parked_keys as parked where parked.user_id = {} and parked.order_id = {} "
                     "and parked.context = 'billing')", user_id, kNoOrder);
}

std::string letters_are_degraded(std::string_view user_id) {
  return fmt::format("exists (select from read.parked_keys as parked where parked.user_id = {} and parked.context = 'notifications')",
                     user_id);
}

Result<bool> is_wallet_degraded(postgres::Pool& pool, UserId user) {
  static const auto sql = "select " + wallet_is_degraded("$1::uuid");
  return answer_of(pool.execute(sql, user));
}

Result<bool> are_letters_degraded(postgres::Pool& pool, UserId user) {
  static const auto sql = "select " + letters_are_degraded("$1::uuid");
  return answer_of(pool.execute(sql, user));
}

}  // namespace ordo::parking
