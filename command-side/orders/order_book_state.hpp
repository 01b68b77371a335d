#pragma once
// Purpose: the orders of one partition as bytes, for snapshots.
// Errors: `load_order_book` answers corrupt.
// Threads: pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "command-side/orders/order.hpp"

namespace ordo::orders {

// Raised whenever the bytes, or what folding the same events gives, change.
inline constexpr std::uint32_t kOrderBookVersion = 1;

[[nodiscard]] std::string save(const OrderBook& book);
[[nodiscard]] Result<OrderBook> load_order_book(std::string_view bytes);

}  // namespace ordo::orders
