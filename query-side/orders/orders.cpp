#include "query-side/orders/orders.hpp"

#include <fmt/format.h>

#include "query-side/parking/degraded.hpp"

namespace ordo::orders {
namespace {

const std::string& select() {
  static const auto sql = fmt::format("select order_id, user_id, status, items::text, total, currency, payment_operation_id, cancel_reason, "
                                      "created_at, updated_at, version, fingerprint, cancellation_id, {} from read.orders",
                                      parking::order_is_degraded("orders.user_id", "orders.order_id"));
  return sql;
}

// As the log's side writes it, so that an answer has the same bytes wherever it comes from: Postgres puts a space behind each comma and
// colon of a jsonb.
std::string without_spaces(std::string_view json) {
  std::string compact;
  compact.reserve(json.size());
  bool quoted = false;
  bool escaped = false;
  for (const char character : json) {
    if (character == ' ' && !quoted) continue;
    compact.push_back(character);
    if (character == '"' && !escaped) quoted = !quoted;
    escaped = character == '\\' && !escaped;
  }
  return compact;
}

OrderView to_view(const postgres::Row& row) {
  OrderView view;
  view.order_id = row.get<OrderId>(0);
  view.user_id = row.get<UserId>(1);
  view.status = row.get<std::string>(2);
  view.items_json = without_spaces(row.get<std::string_view>(3));
  view.total = {row.get<std::int64_t>(4), Currency::parse(row.get<std::string_view>(5)).value_or(Currency{})};
  view.payment_operation_id = row.get<std::optional<OperationId>>(6);
  view.cancel_reason = row.get<std::optional<std::string>>(7);
  view.created_at = row.get<Timestamp>(8);
  view.updated_at = row.get<Timestamp>(9);
  view.version = static_cast<std::uint32_t>(row.get<std::int64_t>(10));
  view.fingerprint = row.get<IdBytes>(11);
  view.cancellation_id = row.get<std::optional<CancellationId>>(12);
  view.degraded = row.get<bool>(13);
  return view;
}

// A condition and its parameters, in step.
class Conditions {
 public:
  template <class... Values>
  void add(std::string_view shape, const Values&... values) {
    sql_ += sql_.empty() ? " where " : " and ";
    sql_ += fmt::format(fmt::runtime(shape), place_of(values)...);
  }

  template <class Value>
  std::size_t place_of(const Value& value) {
    parameters_.emplace_back(value);
    return parameters_.size();
  }

  [[nodiscard]] const std::string& sql() const { return sql_; }
  [[nodiscard]] const std::vector<postgres::Parameter>& parameters() const { return parameters_; }

 private:
  std::string sql_;
  std::vector<postgres::Parameter> parameters_;
};

// Only the conditions that are wanted stand in the statement: one that also fits "any user" would keep Postgres from the index.
Conditions conditions_of(const OrderFilter& filter, const std::optional<OrderKey>& after) {
  Conditions conditions;
  if (filter.user_id) conditions.add("user_id = ${}::uuid", *filter.user_id);
  if (filter.status) conditions.add("status = ${}::text", *filter.status);
  if (after) {
    const auto created_at = conditions.place_of(after->created_at);
    const auto order_id = conditions.place_of(after->order_id);
    conditions.add(fmt::format("(created_at, order_id) < (${}::timestamptz, ${}::uuid)", created_at, order_id));
  }
  return conditions;
}

}  // namespace

Result<std::optional<OrderView>> find_order(postgres::Pool& pool, OrderId order) {
  static const auto sql = fmt::format("{} where order_id = $1::uuid", select());
  const auto rows = pool.execute(sql, order);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::nullopt;
  return to_view((*rows)[0]);
}

Result<std::vector<OrderView>> find_orders(postgres::Pool& pool, const std::vector<OrderId>& orders) {
  static const auto sql = fmt::format("{} where order_id = any($1::uuid[])", select());
  const auto rows = pool.execute(sql, orders);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<OrderView> views;
  views.reserve(rows->size());
  for (const auto row : *rows) views.push_back(to_view(row));
  return views;
}

Result<OrderPage> list_orders(postgres::Pool& pool, const OrderFilter& filter, const OrderPageRequest& page) {
  auto conditions = conditions_of(filter, page.after);
  // One more than wanted tells whether there is a next page.
  const auto limit = conditions.place_of(page.limit + 1);
  const auto offset = conditions.place_of(page.offset);
  const auto sql = fmt::format("{}{} order by created_at desc, order_id desc limit ${}::bigint offset ${}::bigint", select(),
                               conditions.sql(), limit, offset);
  auto lease = pool.acquire();
  if (!lease) return tl::unexpected(lease.error());
  const auto rows = (*lease)->execute_with(sql, conditions.parameters());
  if (!rows) return tl::unexpected(rows.error());
  OrderPage answer;
  for (const auto row : *rows) {
    if (answer.orders.size() == page.limit) {
      if (page.limit > 0) answer.next = OrderKey{answer.orders.back().created_at, answer.orders.back().order_id};
      break;
    }
    answer.orders.push_back(to_view(row));
  }
  return answer;
}

}  // namespace ordo::orders
