#include "tests/projections/verification/audited_story.hpp"

#include <future>
#include <stdexcept>

namespace ordo::tests {
namespace {

using log::StreamKind;

const IdBytes kFingerprint{};

orders::Purchase purchase_of(OrderId order, UserId user, std::int64_t price) {
  return {order, user, {{"tea", "Green tea", 1, price}}, {price, kEuro}, kFingerprint};
}

std::vector<StreamKind> inputs_of(StreamKind output) {
  switch (output) {
    case StreamKind::orders: return {StreamKind::commands, StreamKind::billing, StreamKind::operations};
    case StreamKind::billing: return {StreamKind::users, StreamKind::commands, StreamKind::orders, StreamKind::operations};
    case StreamKind::notifications: return {StreamKind::orders, StreamKind::operations};
    default: return {};
  }
}

void append(log::InMemoryLog& log, const log::Run& run, StreamKind kind) {
  const log::StreamName stream{kind, 0};
  std::promise<Result<std::uint64_t>> outcome;
  log.append({stream, log::subjects_of(stream).front(), log::encode_run(run), std::nullopt},
             [&](Result<std::uint64_t> stored) { outcome.set_value(std::move(stored)); });
  if (const auto stored = outcome.get_future().get(); !stored) throw std::runtime_error(stored.error().text);
}

template <class Event>
void change_payload(log::Payload& payload, Result<Event> event, const std::function<void(Event&)>& change) {
  change(event.value());
  payload = encode(event.value());
}

}  // namespace

AuditedStory::AuditedStory() {
  const auto registered = put(StreamKind::users, identity::encode(identity::UserRegistered{user, kEuro}));
  put(StreamKind::billing, billing::encode(billing::Event(billing::AccountOpened{user, kEuro})), registered);
  const auto operation = id_of<OperationId>(4);
  const auto asked = put(StreamKind::commands, billing::encode(billing::Command(
                                                   billing::TopUpRequested{operation, user, {1'000, kEuro}, kFingerprint})));
  put(StreamKind::billing,
      billing::encode(billing::Event(billing::AccountToppedUp{operation, user, {1'000, kEuro}, 1'000, kFingerprint})), asked);

  const auto cheap = purchase_of(paid, user, 300);
  const auto payment = billing::payment_operation_of(paid);
  order(cheap, {paid, user, payment, cheap.total, 700}, {cheap, {5}, orders::Status::paid, payment, {}, 3});
  const auto expensive = purchase_of(dear, user, 5'000);
  order(expensive, {dear, user, billing::Refusal::insufficient_funds, expensive.total, 700},
        {expensive, {5}, orders::Status::cancelled, {}, orders::CancelReason::insufficient_funds, 3});
}

void AuditedStory::order(const orders::Purchase& purchase, const billing::PaymentProcessed& payment,
                         const orders::OrderUpdateMessage& update) {
  using namespace notifications;
  const auto asked = put(StreamKind::commands, orders::encode(orders::OrderCreateRequested{purchase}));
  const auto pending = put(StreamKind::orders, orders::encode(orders::Event(orders::OrderPending{purchase, {5}})), asked);
  const auto processed = put(StreamKind::billing, billing::encode(billing::Event(payment)), pending);
  const auto updated = put(StreamKind::orders, orders::encode(orders::Event(update)), processed);
  const auto kind = payment.paid() ? Kind::happiness : Kind::grief;
  const auto letter = notification_of(purchase.order_id, kind);
  if (payment.paid()) {
    const NotificationFailed failed{letter, purchase.order_id, user, Channel::email, kind, 1, "away", Timestamp{9}, updated.position};
    put(StreamKind::notifications, encode(Event(failed)), updated);
  }
  const NotificationSent sent{letter, purchase.order_id, user, Channel::email, kind, Locale::english, 1, payment.paid() ? 2U : 1U};
  put(StreamKind::notifications, encode(Event(sent)), updated);
}

log::Cause AuditedStory::put(StreamKind stream, log::Payload payload, std::optional<log::Cause> cause) {
  log::Run run;
  for (const auto input : inputs_of(stream)) {
    if (const auto said = said_.find(input); said != said_.end()) run.checkpoints.insert(*said);
  }
  run.events.push_back({EventId::random(), std::move(payload), std::move(cause), {"c", "", {}}, {5}, {}});
  runs_[stream].push_back(std::move(run));
  const log::Position position{runs_[stream].size(), 0};
  said_[stream] = position;
  return {stream, position, runs_[stream].back().events.front().id};
}

log::Cause AuditedStory::cause(StreamKind stream, std::size_t sequence) {
  return {stream, {sequence, 0}, event(stream, sequence).id};
}

log::Cause AuditedStory::park(StreamKind output, const log::Cause& input, const log::Key& key, std::optional<parking::Fault> fault) {
  auto& parked = event(input.stream, input.position.sequence);
  if (!parked.trace.key) parked.trace.key = key;
  return put(output, encode(parking::Event(parking::InputParked{key, parked, std::move(fault)})), input);
}

log::Cause AuditedStory::release(StreamKind output, const parking::ParkedReleased& released) {
  const auto asked = put(StreamKind::operations, encode(parking::ReleaseRequested{output, released.key, parking::Discard::none, "ada", "mended"}));
  return put(output, encode(parking::Event(released)), asked);
}

void AuditedStory::repeat(StreamKind stream, std::size_t sequence) {
  const auto once = event(stream, sequence);
  put(stream, once.payload, once.cause);
}

void AuditedStory::change_billing(std::size_t sequence, const std::function<void(billing::Event&)>& change) {
  auto& payload = event(StreamKind::billing, sequence).payload;
  change_payload(payload, billing::decode(payload), change);
}

void AuditedStory::change_order(std::size_t sequence, const std::function<void(orders::Event&)>& change) {
  auto& payload = event(StreamKind::orders, sequence).payload;
  change_payload(payload, orders::decode(payload), change);
}

void AuditedStory::change_letter(std::size_t sequence, const std::function<void(notifications::Event&)>& change) {
  auto& payload = event(StreamKind::notifications, sequence).payload;
  change_payload(payload, notifications::decode(payload), change);
}

void AuditedStory::tell(log::InMemoryLog& log) const {
  for (const auto& [kind, runs] : runs_) {
    for (const auto& run : runs) append(log, run, kind);
  }
}

projections::Check AuditedStory::audit() const {
  log::InMemoryLog log;
  tell(log);
  return tests::audit(log, partitions);
}

projections::Check audit(log::InMemoryLog& log, log::Partition partitions) {
  projections::Progress progress({});
  return projections::audit_log({.log = log, .partitions = partitions, .silence_max = std::chrono::milliseconds(50)}, progress).value().front();
}

}  // namespace ordo::tests
