#pragma once
// Purpose: orders and their history as clients see them.
// Threads: pure functions.

#include <string>

#include "events/vocabulary/json_text.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/response.hpp"
#include "query-side/orders/history.hpp"
#include "query-side/orders/orders.hpp"

namespace ordo::orders {

void write(JsonText& json, const OrderView& order);
void write(JsonText& json, const HistoryEntry& entry);
[[nodiscard]] std::string to_json(const OrderView& order);
[[nodiscard]] std::string location_of(OrderId order);

// 200, with its ETag.
[[nodiscard]] http::Response order_response(const OrderView& order);

[[nodiscard]] http::Response history_response(const History& history);

// 202 with the order as it was when it was asked for: NEW, whatever has become of it since.
[[nodiscard]] http::Response accepted_response(OrderView order);

// What a client is told that waited: 201, or 402 with the order as member where it could not be paid; 422 where the order is that
// of another request, which came with the same key.
[[nodiscard]] Result<http::Response, http::Problem> final_response(const OrderView& order, const IdBytes& fingerprint);

// 202 to a cancellation, with the order as it is now.
[[nodiscard]] http::Response cancel_accepted_response(const OrderView& order);

// What a client is told that waited for a cancellation: 200 with the order, or 409 where it ended otherwise. `ended` may come
// without what the order was made of, which `before` has.
[[nodiscard]] Result<http::Response, http::Problem> cancel_final_response(const OrderView& before, OrderView ended);

// 409 with the order as member.
[[nodiscard]] http::Problem not_cancellable(const OrderView& order);

}  // namespace ordo::orders
