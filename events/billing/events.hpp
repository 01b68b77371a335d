#pragma once
// Purpose: what is asked for and said about wallets, and its stored form.
// Units: money in minor units. Errors: `decode` answers corrupt for a damaged payload and for a type it does not know.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "events/log/event.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"

namespace ordo::billing {

// The numbers are stored: only add.
enum class Refusal : std::uint8_t { insufficient_funds = 1, no_account = 2, currency_mismatch = 3, balance_limit = 4 };

// "INSUFFICIENT_FUNDS"
[[nodiscard]] std::string_view text(Refusal refusal);

// What a request that came under an Idempotency-Key is known by when it comes again.
struct KeyedRequest {
  OperationId operation_id;
  IdBytes fingerprint{};
  friend bool operator==(const KeyedRequest&, const KeyedRequest&) = default;
};

struct AccountRequested {
  UserId user_id;
  Currency currency;
  std::optional<KeyedRequest> keyed = std::nullopt;
  friend bool operator==(const AccountRequested&, const AccountRequested&) = default;
};

struct TopUpRequested {
  OperationId operation_id;
  UserId user_id;
  Money amount;
  IdBytes fingerprint{};
  friend bool operator==(const TopUpRequested&, const TopUpRequested&) = default;
};

struct AccountOpened {
  UserId user_id;
  Currency currency;
  std::optional<KeyedRequest> keyed = std::nullopt;  // of the request that opened it
  friend bool operator==(const AccountOpened&, const AccountOpened&) = default;
};

// An account was asked for under a key, and there was one, maybe in another currency: it is said so that the key is known for ever.
struct AccountConfirmed {
  UserId user_id;
  Currency currency;  // that was asked for
  KeyedRequest keyed;
  friend bool operator==(const AccountConfirmed&, const AccountConfirmed&) = default;
};

struct AccountToppedUp {
  OperationId operation_id;
  UserId user_id;
  Money amount;
  std::int64_t balance_after = 0;
  IdBytes fingerprint{};
  friend bool operator==(const AccountToppedUp&, const AccountToppedUp&) = default;
};

struct TopUpRefused {
  OperationId operation_id;
  UserId user_id;
  Money amount;
  Refusal reason = Refusal::no_account;
  IdBytes fingerprint{};
  friend bool operator==(const TopUpRefused&, const TopUpRefused&) = default;
};

struct PaymentProcessed {
  OrderId order_id;
  UserId user_id;
  std::variant<OperationId, Refusal> outcome;  // paid by this operation, or not paid and why
  Money amount;
  std::int64_t balance_after = 0;  // of the wallet, in its own currency; 0 when there is none

  [[nodiscard]] bool paid() const { return std::holds_alternative<OperationId>(outcome); }
  friend bool operator==(const PaymentProcessed&, const PaymentProcessed&) = default;
};

// The money of an order that was cancelled is back in the wallet that it was taken from.
struct PaymentRefunded {
  OrderId order_id;
  UserId user_id;
  OperationId operation_id;
  OperationId payment_operation_id;  // what it reverses
  Money amount;
  std::int64_t balance_after = 0;
  friend bool operator==(const PaymentRefunded&, const PaymentRefunded&) = default;
};

using Command = std::variant<AccountRequested, TopUpRequested>;
using Event = std::variant<AccountOpened, AccountConfirmed, AccountToppedUp, TopUpRefused, PaymentProcessed, PaymentRefunded>;

// An order is paid by one operation, named after the order: charging it again would be the same operation.
[[nodiscard]] OperationId payment_operation_of(OrderId order);
// Likewise an order is refunded by one operation.
[[nodiscard]] OperationId refund_operation_of(OrderId order);

[[nodiscard]] log::Payload encode(const Command& command);
[[nodiscard]] log::Payload encode(const Event& event);
[[nodiscard]] log::Topic topic_of(const Command& command);
[[nodiscard]] log::Topic topic_of(const Event& event);

// Of the command stream: nothing for commands that are meant for another context.
[[nodiscard]] Result<std::optional<Command>> decode_command(const log::Payload& payload);
[[nodiscard]] Result<Event> decode(const log::Payload& payload);

}  // namespace ordo::billing
