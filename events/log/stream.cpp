#include "events/log/stream.hpp"

#include <charconv>
#include <iterator>

#include <fmt/format.h>

namespace ordo::log {
namespace {

struct TopicRow {
  Topic topic;
  StreamKind stream;
  std::string_view subject;
};

constexpr TopicRow kTopics[] = {
    {Topic::order_create, StreamKind::commands, "orders.create"},
    {Topic::payment_top_up, StreamKind::commands, "payments.topup"},
    {Topic::payment_account, StreamKind::commands, "payments.account"},
    {Topic::user_registered, StreamKind::users, "users.registered"},
    {Topic::order_pending, StreamKind::orders, "orders.pending"},
    {Topic::order_update, StreamKind::orders, "notifications.orders"},
    {Topic::billing_payment, StreamKind::billing, "billing.payments"},
    {Topic::billing_account, StreamKind::billing, "billing.accounts"},
    {Topic::billing_top_up, StreamKind::billing, "billing.topups"},
    {Topic::notification_sent, StreamKind::notifications, "notifications.sent"},
    {Topic::notification_failed, StreamKind::notifications, "notifications.failed"},
    {Topic::order_cancel, StreamKind::commands, "orders.cancel"},
    {Topic::billing_refund, StreamKind::billing, "billing.refunds"},
    {Topic::parked_operation, StreamKind::operations, "operations.parked"},
    {Topic::orders_parked, StreamKind::orders, "orders.parked"},
    {Topic::billing_parked, StreamKind::billing, "billing.parked"},
    {Topic::notifications_parked, StreamKind::notifications, "notifications.parked"},
    {Topic::operator_acted, StreamKind::audit, "audit.operators"},
};

constexpr bool rows_stand_in_the_order_of_their_topics() {
  for (std::size_t row = 0; row < std::size(kTopics); ++row) {
    if (static_cast<std::size_t>(kTopics[row].topic) != row) return false;
  }
  return true;
}
static_assert(rows_stand_in_the_order_of_their_topics());

// Of which there is one for the whole system.
bool has_no_partitions(StreamKind kind) { return kind == StreamKind::audit; }

const TopicRow& row_of(Topic topic) { return kTopics[static_cast<std::size_t>(topic)]; }

}  // namespace

std::string_view text(StreamKind kind) {
  switch (kind) {
    case StreamKind::commands: return "COMMANDS";
    case StreamKind::users: return "USERS";
    case StreamKind::orders: return "ORDERS";
    case StreamKind::billing: return "BILLING";
    case StreamKind::notifications: return "NOTIFICATIONS";
    case StreamKind::operations: return "OPERATIONS";
    case StreamKind::parked: return "PARKED";
    case StreamKind::audit: return "AUDIT";
  }
  return "UNKNOWN";
}

std::string text(const StreamName& name) {
  return has_no_partitions(name.kind) ? std::string(text(name.kind)) : fmt::format("{}-{}", text(name.kind), name.partition);
}

std::optional<StreamName> parse_stream_name(std::string_view name) {
  if (name == text(StreamKind::audit)) return StreamName{StreamKind::audit, 0};
  const auto hyphen = name.rfind('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  if (name.substr(hyphen + 1).starts_with('0') && name.size() > hyphen + 2) return std::nullopt;  // "ORDERS-02"
  Partition partition = 0;
  const auto* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data() + hyphen + 1, end, partition);
  if (error != std::errc{} || stopped != end || partition >= kPartitionsMax) return std::nullopt;
  for (const auto kind : kStreamKinds) {
    if (text(kind) == name.substr(0, hyphen)) return StreamName{kind, partition};
  }
  if (text(StreamKind::parked) == name.substr(0, hyphen)) return StreamName{StreamKind::parked, partition};
  return std::nullopt;
}

Partition partition_of(UserId user, Partition count) {
  // Spelled out (FNV-1a) because no library may ever change it: the partition of every stored event depends on it.
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const auto byte : user.bytes()) {
    hash ^= byte;
    hash *= 0x100000001B3ULL;
  }
  return static_cast<Partition>((hash >> 32) % count);
}

StreamKind stream_of(Topic topic) { return row_of(topic).stream; }

std::string subject(Topic topic, Partition partition) {
  const auto& row = row_of(topic);
  return has_no_partitions(row.stream) ? std::string(row.subject) : fmt::format("{}.{}", row.subject, partition);
}

std::vector<std::string> subjects_of(const StreamName& name) {
  std::vector<std::string> subjects;
  for (const auto& row : kTopics) {
    if (row.stream == name.kind) subjects.push_back(subject(row.topic, name.partition));
  }
  return subjects;
}

std::optional<Topic> parking_topic_of(StreamKind output) {
  switch (output) {
    case StreamKind::orders: return Topic::orders_parked;
    case StreamKind::billing: return Topic::billing_parked;
    case StreamKind::notifications: return Topic::notifications_parked;
    default: return std::nullopt;
  }
}

}  // namespace ordo::log
