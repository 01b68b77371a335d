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
  constexpr std::string_view kShape =
      "(exists (select from read.parked_keys as parked where parked.user_id = {0} and parked.order_id in ({1}, {2})) "
      "or exists (select from read.parked_events as parked where parked.user_id = {0} and parked.order_id in ({1}, {2})))";
  return fmt::format(kShape, user_id, order_id, kNoOrder);
}

// What the projection has not shown of an order may be a payment of its.
std::string wallet_is_degraded(std::string_view user_id) {
  constexpr std::string_view kShape =
      "(exists (select from read.parked_keys as parked where parked.user_id = {0} and parked.order_id = {1} and parked.context = 'billing') "
      "or exists (select from read.parked_events as parked where parked.user_id = {0} and parked.lane = 'balances'))";
  return fmt::format(kShape, user_id, kNoOrder);
}

std::string letters_are_degraded(std::string_view user_id) {
  constexpr std::string_view kShape =
      "(exists (select from read.parked_keys as parked where parked.user_id = {0} and parked.context = 'notifications') "
      "or exists (select from read.parked_events as parked where parked.user_id = {0} and parked.lane = 'notifications'))";
  return fmt::format(kShape, user_id);
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
