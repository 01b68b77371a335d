#pragma once
// Purpose: which streams there are and how a user's events find their partition.
// Every stream but AUDIT exists once per partition: ORDERS-0 … ORDERS-<P-1>. All events of one user lie in one partition.
// Threads: plain values.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/ids.hpp"

namespace ordo::log {

// The numbers are stored in events: never change one, only add.
enum class StreamKind : std::uint8_t { commands = 1, users = 2, orders = 3, billing = 4, notifications = 5, operations = 6, parked = 7, audit = 8 };

// Those in which the story of orders and wallets is told. PARKED only repeats what they say about parking; AUDIT, of which there is one,
// in partition 0, says what operators did by hand.
inline constexpr std::array kStreamKinds{StreamKind::commands, StreamKind::users,         StreamKind::orders,
                                         StreamKind::billing,  StreamKind::notifications, StreamKind::operations};

using Partition = std::uint32_t;

inline constexpr Partition kPartitionsDefault = 4;
inline constexpr Partition kPartitionsMax = 1024;

struct StreamName {
  StreamKind kind = StreamKind::commands;
  Partition partition = 0;

  friend constexpr auto operator<=>(const StreamName&, const StreamName&) = default;
};

// "ORDERS"
[[nodiscard]] std::string_view text(StreamKind kind);
// "ORDERS-2", "AUDIT"
[[nodiscard]] std::string text(const StreamName& name);
[[nodiscard]] std::optional<StreamName> parse_stream_name(std::string_view text);

// The partition of a user is the same on every machine, for ever; `count` is fixed when the system is first set up.
[[nodiscard]] Partition partition_of(UserId user, Partition count);

// What a message is about. An aggregate's id stands in the event, never in the subject.
enum class Topic : std::uint8_t {
  order_create,
  payment_top_up,
  payment_account,
  user_registered,
  order_pending,
  order_update,
  billing_payment,
  billing_account,
  billing_top_up,
  notification_sent,
  notification_failed,
  order_cancel,
  billing_refund,
  parked_operation,
  orders_parked,
  billing_parked,
  notifications_parked,
  operator_acted,
};

[[nodiscard]] StreamKind stream_of(Topic topic);
// "orders.pending.2", "audit.operators"
[[nodiscard]] std::string subject(Topic topic, Partition partition);
// Every subject that a stream stores: {"orders.pending.2", "notifications.orders.2", "orders.parked.2"} for ORDERS-2; none for PARKED-2.
[[nodiscard]] std::vector<std::string> subjects_of(const StreamName& name);

// What the owner of this stream says about inputs that it has parked; nothing for streams without an owner.
[[nodiscard]] std::optional<Topic> parking_topic_of(StreamKind output);

}  // namespace ordo::log
