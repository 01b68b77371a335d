#include "gateway/orders/order_request.hpp"

#include <utility>

#include <fmt/format.h>

#include "gateway/http/body.hpp"

namespace ordo::orders {
namespace {

constexpr http::TextRule kSku{1, 64, http::Lines::one};
constexpr http::TextRule kName{0, 200, http::Lines::one};
constexpr http::TextRule kReason{0, 500, http::Lines::many};

Item read_item(http::ObjectReader& reader) {
  Item item;
  item.sku = reader.required_string("sku", kSku);
  item.name = reader.optional_string("name", kName).value_or("");
  item.quantity = reader.required_integer("quantity", 1, kQuantityMax);
  item.unit_price = reader.required_integer("unit_price", 1, kAmountMax);
  return item;
}

}  // namespace

Result<NewOrder, http::Problem> read_new_order(std::string_view text, const http::Principal& principal) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  NewOrder order;
  body->required_objects("items", 1, kItemsMax,
                            [&](http::ObjectReader& reader) { order.items.push_back(read_item(reader)); });
  const auto currency = body->required_currency("currency");
  const auto user = body->optional_id<UserId>("user_id");
  const auto total = total_of(order.items, currency);
  if (!total) body->refuse("items", fmt::format("add up to more than {}", kAmountMax));
  if (auto checked = body->finish(); !checked) return tl::unexpected(std::move(checked.error()));
  if (user && *user != principal.user_id) {
    return http::refused(http::ProblemCode::forbidden, "Orders are made in one's own name only.");
  }
  order.total = *total;
  order.canonical = fmt::format("{} {}", currency.code(), items_json(order.items));
  return order;
}

Result<std::string, http::Problem> read_cancellation(std::string_view text) {
  auto body = http::Body::parse_or_empty(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  const auto reason = body->optional_string("reason", kReason);
  if (auto checked = body->finish(); !checked) return tl::unexpected(std::move(checked.error()));
  return reason ? fmt::format("cancel {}", *reason) : "cancel";
}

}  // namespace ordo::orders
