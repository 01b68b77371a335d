#include "command-side/notifications/letter_state.hpp"

#include "command-side/runtime/state_bytes.hpp"
#include "command-side/runtime/state_tables.hpp"

namespace ordo::notifications {
namespace {

// The ids alone.
constexpr std::size_t kRetryBytesMin = 4 * sizeof(IdBytes);

void write(const log::Position& position, runtime::StateWriter& out) {
  out.number(position.sequence);
  out.number(position.index);
}

log::Position read_position(runtime::StateReader& in) {
  const auto sequence = in.number<std::uint64_t>();
  return {sequence, in.number<std::uint32_t>()};
}

void write(const Retry& retry, runtime::StateWriter& out) {
  const auto& delivery = retry.delivery;
  out.id(delivery.notification_id);
  out.id(delivery.order_id);
  out.id(delivery.user_id);
  out.number(static_cast<std::uint8_t>(delivery.kind));
  write(delivery.order_update, out);
  out.number(retry.attempts);
  out.signed_number(retry.next_attempt.unix_ms);
}

Retry read_retry(runtime::StateReader& in) {
  Retry retry;
  auto& delivery = retry.delivery;
  delivery.notification_id = in.id<NotificationId>();
  delivery.order_id = in.id<OrderId>();
  delivery.user_id = in.id<UserId>();
  delivery.kind = static_cast<Kind>(in.number<std::uint8_t>());
  delivery.order_update = read_position(in);
  retry.attempts = in.number<std::uint32_t>();
  retry.next_attempt = {in.signed_number()};
  return retry;
}

void write(const LetterOrigin& origin, runtime::StateWriter& out) {
  const auto& [cause, trace] = origin;
  out.number(static_cast<std::uint8_t>(cause.stream));
  write(cause.position, out);
  out.id(cause.event_id);
  out.text(trace.correlation_id);
  out.text(trace.traceparent);
  out.id(trace.actor.value_or(UserId()));
  out.id(trace.key ? trace.key->user : UserId());
  out.id(trace.key ? trace.key->order.value_or(OrderId()) : OrderId());
}

LetterOrigin read_origin(runtime::StateReader& in) {
  LetterOrigin origin;
  auto& [cause, trace] = origin;
  cause.stream = static_cast<log::StreamKind>(in.number<std::uint8_t>());
  cause.position = read_position(in);
  cause.event_id = in.id<EventId>();
  trace.correlation_id = in.text();
  trace.traceparent = in.text();
  if (const auto actor = in.id<UserId>(); !actor.is_nil()) trace.actor = actor;
  const auto user = in.id<UserId>();
  const auto order = in.id<OrderId>();
  if (!user.is_nil()) trace.key = log::Key{user, order.is_nil() ? std::nullopt : std::optional(order)};
  return origin;
}

}  // namespace

std::string save(const Letters& letters) {
  runtime::StateWriter out;
  out.reserve(16 + letters.book.done().size() * sizeof(NotificationId));
  runtime::write(letters.book.done(), out);
  out.number(static_cast<std::uint64_t>(letters.book.waiting().size()));
  for (const auto& [id, retry] : letters.book.waiting()) {
    write(retry, out);
    write(letters.origins.at(id), out);
  }
  return out.take();
}

Result<Letters> load_letters(std::string_view bytes) {
  runtime::StateReader in(bytes);
  IdSet<NotificationId> done;
  runtime::read(in, done);
  Letters letters{LetterBook(std::move(done)), {}};
  for (auto left = in.count(kRetryBytesMin); left > 0 && !in.has_failed(); --left) {
    auto retry = read_retry(in);
    letters.origins.insert_or_assign(retry.delivery.notification_id, read_origin(in));
    letters.book.postpone(std::move(retry));
  }
  if (!in.is_whole()) return failure(FailureKind::corrupt, "its letters cannot be read");
  return letters;
}

}  // namespace ordo::notifications
