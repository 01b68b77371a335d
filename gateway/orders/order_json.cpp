#include "gateway/orders/order_json.hpp"

#include <fmt/format.h>

#include "gateway/reads/degraded.hpp"

namespace ordo::orders {
namespace {

using http::ProblemCode;

constexpr std::uint32_t kVersionOfNew = 1;

struct Cancelled {
  std::string_view reason;
  ProblemCode code;
  std::string_view detail;
};

constexpr Cancelled kCancelled[] = {
    {"INSUFFICIENT_FUNDS", ProblemCode::insufficient_funds, "The wallet does not hold enough for this order."},
    {"NO_ACCOUNT", ProblemCode::no_account, "There is no account to pay this order from."},
    {"CURRENCY_MISMATCH", ProblemCode::currency_mismatch, "The account is kept in another currency than the order."},
};

constexpr std::string_view kRequested = "REQUESTED";

http::Problem with_order(http::Problem problem, const OrderView& order) {
  problem.member = http::ProblemMember{"order", to_json(order)};
  problem.headers.push_back({"Location", location_of(order.order_id)});
  return problem;
}

http::Problem cancelled(const OrderView& order) {
  auto problem = http::problem(ProblemCode::insufficient_funds, "The order was cancelled.");
  for (const auto& row : kCancelled) {
    if (order.cancel_reason == row.reason) problem = http::problem(row.code, std::string(row.detail));
  }
  return with_order(std::move(problem), order);
}

void write(JsonText& json, const EventPlace& place) {
  json.open_object()
      .member("stream", place.stream)
      .member("sequence", place.sequence)
      .member("index", place.index)
      .close_object();
}

}  // namespace

void write(JsonText& json, const OrderView& order) {
  json.open_object()
      .member("id", order.order_id.text())
      .member("user_id", order.user_id.text())
      .member("status", order.status)
      .raw_member("items", order.items_json)
      .member("total", order.total.minor)
      .member("currency", order.total.currency.code());
  if (order.payment_operation_id) json.member("payment_operation_id", order.payment_operation_id->text());
  json.member_if("cancel_reason", order.cancel_reason)
      .member("created_at", text(order.created_at))
      .member("updated_at", text(order.updated_at))
      .member("version", order.version);
  reads::write_degraded(json, order.degraded, reads::kOrderWaits);
  json.close_object();
}

void write(JsonText& json, const HistoryEntry& entry) {
  json.open_object().key("position");
  write(json, entry.place);
  json.member("type", entry.type).member("event_id", entry.event_id.text()).member("time", text(entry.occurred_at));
  json.key("cause");
  entry.cause ? write(json, *entry.cause) : static_cast<void>(json.null());
  json.member("correlation_id", entry.correlation_id);
  if (entry.actor) json.member("actor", entry.actor->text());
  json.raw_member("data", entry.data_json).close_object();
}

std::string to_json(const OrderView& order) {
  JsonText json;
  write(json, order);
  return json.take();
}

std::string location_of(OrderId order) { return fmt::format("/api/orders/{}", order.text()); }

http::Response order_response(const OrderView& order) {
  auto response = http::json_response(200, to_json(order));
  const auto version = fmt::format("{}-{}", order.order_id.text(), order.version);
  response.with("ETag", http::strong_etag(reads::version_text(version, order.degraded)));
  return response;
}

http::Response history_response(const History& history) {
  JsonText json;
  json.open_object().key("items").open_array();
  for (const auto& entry : history.entries) write(json, entry);
  json.close_array();
  reads::write_degraded(json, history.degraded, reads::kOrderWaits);
  return http::json_response(200, json.close_object().take());
}

http::Response accepted_response(OrderView order) {
  order.status = "NEW";
  order.payment_operation_id.reset();
  order.cancel_reason.reset();
  order.cancellation_id.reset();
  order.updated_at = order.created_at;
  order.version = kVersionOfNew;
  order.degraded = false;
  auto response = http::json_response(202, to_json(order));
  response.with("Location", location_of(order.order_id));
  return response;
}

Result<http::Response, http::Problem> final_response(const OrderView& order, const IdBytes& fingerprint) {
  if (order.fingerprint != fingerprint) {
    return http::refused(ProblemCode::idempotency_key_reused,
                         "This Idempotency-Key was used for another request; take a new one.");
  }
  // What was cancelled on request was made all the same: its status says what became of it.
  if (order.status == "CANCELLED" && order.cancel_reason != kRequested) return tl::unexpected(cancelled(order));
  auto response = http::json_response(201, to_json(order));
  response.with("Location", location_of(order.order_id));
  return response;
}

http::Response cancel_accepted_response(const OrderView& order) {
  auto response = http::json_response(202, to_json(order));
  response.with("Location", location_of(order.order_id));
  return response;
}

Result<http::Response, http::Problem> cancel_final_response(const OrderView& before, OrderView ended) {
  if (ended.items_json.empty()) {
    ended.items_json = before.items_json;
    ended.total = before.total;
    ended.created_at = before.created_at;
    ended.fingerprint = before.fingerprint;
    ended.cancel_reason = kRequested;
  }
  if (ended.cancel_reason != kRequested) return tl::unexpected(not_cancellable(ended));
  auto response = http::json_response(200, to_json(ended));
  response.with("Location", location_of(ended.order_id));
  return response;
}

http::Problem not_cancellable(const OrderView& order) {
  auto detail = fmt::format("The order is {} already; there is nothing left to cancel.", order.status);
  return with_order(http::problem(ProblemCode::order_not_cancellable, std::move(detail)), order);
}

}  // namespace ordo::orders
