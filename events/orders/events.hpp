#pragma once
// Purpose: what is asked for and said about orders, and its stored form.
// Errors: `decode` answers corrupt for a damaged payload and for a type it does not know; nothing is skipped silently.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/log/event.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::orders {

// The numbers are stored: only add.
enum class Status : std::uint8_t { new_ = 1, pending = 2, paid = 3, cancelled = 4, refunded = 5 };
enum class CancelReason : std::uint8_t { insufficient_funds = 1, no_account = 2, currency_mismatch = 3, requested = 4 };

// "NEW", "INSUFFICIENT_FUNDS", "REQUESTED": as clients and the read model spell them.
[[nodiscard]] std::string_view text(Status status);
[[nodiscard]] std::string_view text(CancelReason reason);
[[nodiscard]] std::optional<Status> parse_status(std::string_view text);
[[nodiscard]] std::optional<CancelReason> parse_cancel_reason(std::string_view text);

inline constexpr std::size_t kItemsMax = 100;
inline constexpr std::int64_t kQuantityMax = 1'000'000;

struct Item {
  std::string sku;   // 1–64 characters
  std::string name;  // up to 200 characters; may be empty
  std::int64_t quantity = 0;
  std::int64_t unit_price = 0;  // minor units of the order's currency

  friend bool operator==(const Item&, const Item&) = default;
};

// What an order is made of; it never changes after the POST.
struct Purchase {
  OrderId order_id;
  UserId user_id;
  std::vector<Item> items;
  Money total;
  IdBytes fingerprint{};  // a hash of the request's body: tells a repeat from another body under the same key

  [[nodiscard]] bool has_items() const { return !items.empty(); }
  [[nodiscard]] bool has_total() const { return total.currency != Currency{}; }
  friend bool operator==(const Purchase&, const Purchase&) = default;
};

// The sum of quantity × unit price; nothing when it is beyond kAmountMax.
[[nodiscard]] std::optional<Money> total_of(const std::vector<Item>& items, Currency currency);

// The items as a JSON array, as clients and the read model know them.
[[nodiscard]] std::string items_json(const std::vector<Item>& items);

struct OrderCreateRequested {
  Purchase purchase;
  friend bool operator==(const OrderCreateRequested&, const OrderCreateRequested&) = default;
};

struct OrderPending {
  Purchase purchase;
  Timestamp requested_at;
  friend bool operator==(const OrderPending&, const OrderPending&) = default;
};

// Asks that an order be cancelled. Its reason, which people write, is not here: no personal data enters the log.
struct OrderCancelRequested {
  OrderId order_id;
  UserId user_id;  // whose order it is; the gateway has checked that
  CancellationId cancellation_id;
  friend bool operator==(const OrderCancelRequested&, const OrderCancelRequested&) = default;
};

// The request that an order was cancelled for.
struct Cancellation {
  CancellationId id;
  Timestamp requested_at;
  friend bool operator==(const Cancellation&, const Cancellation&) = default;
};

// The order's change of status: PAID with the operation; CANCELLED with the reason, and with the request where that is REQUESTED;
// REFUNDED. CANCELLED after PAID and REFUNDED have a purchase without items: readers keep what they know of it.
struct OrderUpdateMessage {
  Purchase purchase;
  Timestamp requested_at;
  Status status = Status::paid;
  std::optional<OperationId> payment_operation_id;
  std::optional<CancelReason> reason;
  std::uint32_t version = 0;  // of the order after this: NEW is 1, PENDING 2, each change one more
  std::optional<Cancellation> cancellation = std::nullopt;

  friend bool operator==(const OrderUpdateMessage&, const OrderUpdateMessage&) = default;
};

using Command = std::variant<OrderCreateRequested, OrderCancelRequested>;
using Event = std::variant<OrderPending, OrderUpdateMessage>;

[[nodiscard]] log::Payload encode(const OrderCreateRequested& command);
[[nodiscard]] log::Payload encode(const OrderCancelRequested& command);
[[nodiscard]] log::Payload encode(const Event& event);
[[nodiscard]] log::Topic topic_of(const Event& event);

// Of the command stream: nothing for commands that are meant for another context.
[[nodiscard]] Result<std::optional<Command>> decode_command(const log::Payload& payload);
[[nodiscard]] Result<Event> decode(const log::Payload& payload);

}  // namespace ordo::orders
