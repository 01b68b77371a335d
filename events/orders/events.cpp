#include "events/orders/events.hpp"

#include <array>

#include "events/vocabulary/json_text.hpp"

namespace ordo::orders {
namespace {

constexpr std::array kStatuses{Status::new_, Status::pending, Status::paid, Status::cancelled, Status::refunded};
constexpr std::array kCancelReasons{CancelReason::insufficient_funds, CancelReason::no_account, CancelReason::currency_mismatch,
                                    CancelReason::requested};

}  // namespace

std::string_view text(Status status) {
  switch (status) {
    case Status::new_: return "NEW";
    case Status::pending: return "PENDING";
    case Status::paid: return "PAID";
    case Status::cancelled: return "CANCELLED";
    case Status::refunded: return "REFUNDED";
  }
  return "UNKNOWN";
}

std::string_view text(CancelReason reason) {
  switch (reason) {
    case CancelReason::insufficient_funds: return "INSUFFICIENT_FUNDS";
    case CancelReason::no_account: return "NO_ACCOUNT";
    case CancelReason::currency_mismatch: return "CURRENCY_MISMATCH";
    case CancelReason::requested: return "REQUESTED";
  }
  return "UNKNOWN";
}

std::optional<Status> parse_status(std::string_view wanted) {
  for (const auto status : kStatuses) {
    if (text(status) == wanted) return status;
  }
  return std::nullopt;
}

std::optional<CancelReason> parse_cancel_reason(std::string_view wanted) {
  for (const auto reason : kCancelReasons) {
    if (text(reason) == wanted) return reason;
  }
  return std::nullopt;
}

std::optional<Money> total_of(const std::vector<Item>& items, Currency currency) {
  Money total{0, currency};
  for (const auto& item : items) {
    const auto line = multiply({item.unit_price, currency}, item.quantity);
    if (!line || line->minor < 0) return std::nullopt;
    const auto sum = add(total, *line);
    if (!sum || sum->minor > kAmountMax) return std::nullopt;
    total = *sum;
  }
  return total;
}

std::string items_json(const std::vector<Item>& items) {
  JsonText json;
  json.open_array();
  for (const auto& item : items) {
    json.open_object().member("sku", item.sku);
    if (!item.name.empty()) json.member("name", item.name);
    json.member("quantity", item.quantity).member("unit_price", item.unit_price).close_object();
  }
  return json.close_array().take();
}

log::Topic topic_of(const Event& event) {
  return std::holds_alternative<OrderPending>(event) ? log::Topic::order_pending : log::Topic::order_update;
}

}  // namespace ordo::orders
