#include "tests/projections/story.hpp"

#include <future>
#include <stdexcept>

namespace ordo::tests {
namespace {

const Currency kEuro = *Currency::parse("EUR");

std::string any_subject(log::StreamName stream) { return log::subjects_of(stream).front(); }

}  // namespace

Story::Story(const StoryShape& shape) : partitions_(shape.partitions), random_(shape.seed) {
  for (int count = 0; count < shape.users; ++count) {
    users_.push_back(UserId(any_bytes()));
    open_account(users_.back());
    confirm_account(users_.back());
    top_up(users_.back());
  }
  const UserId stranger(any_bytes());
  for (int count = 0; count < shape.orders; ++count) {
    const auto user = users_[static_cast<std::size_t>(any(0, shape.users - 1))];
    if (any(1, 10) == 1) top_up(user);
    if (any(1, 20) == 1) refuse_top_up(stranger);
    order(user);
  }
  park_for_ever({users_.front(), std::nullopt});
}

std::vector<log::StoredMessage> Story::messages(log::StreamName stream) const {
  std::vector<log::StoredMessage> messages;
  const auto found = runs_.find(stream);
  if (found == runs_.end()) return messages;
  for (const auto& run : found->second) {
    messages.push_back({stream, messages.size() + 1, any_subject(stream), log::encode_run(run)});
  }
  return messages;
}

std::vector<log::StreamName> Story::streams() const {
  std::vector<log::StreamName> streams;
  for (const auto& [stream, runs] : runs_) streams.push_back(stream);
  return streams;
}

std::size_t Story::events() const {
  std::size_t count = 0;
  for (const auto& [stream, runs] : runs_) {
    if (stream.kind == log::StreamKind::operations) continue;
    for (const auto& run : runs) count += run.events.size();
  }
  return count;
}

void Story::tell(log::EventLog& log, double from, double to) const {
  for (const auto& stream : streams()) {
    const auto all = messages(stream);
    const auto place = [&](double share) { return static_cast<std::size_t>(share * static_cast<double>(all.size())); };
    for (auto at = place(from); at < place(to); ++at) {
      std::promise<Result<std::uint64_t>> outcome;
      log.append({stream, all[at].subject, all[at].payload, at}, [&](Result<std::uint64_t> stored) { outcome.set_value(stored); });
      if (const auto stored = outcome.get_future().get(); !stored) throw std::runtime_error(stored.error().text);
    }
  }
}

log::Cause Story::put(log::StreamKind kind, UserId user, log::Payload payload, const std::optional<log::Cause>& cause,
                      const log::Trace& trace) {
  now_.unix_ms += any(0, 2);
  auto& runs = runs_[{kind, log::partition_of(user, partitions_)}];
  if (runs.empty() || any(1, 3) == 1) runs.emplace_back();
  log::Event event{EventId(any_bytes()), std::move(payload), cause, trace, now_, {}};
  runs.back().events.push_back(event);
  return {kind, {runs.size(), static_cast<std::uint32_t>(runs.back().events.size() - 1)}, event.id};
}

void Story::open_account(UserId user) {
  const auto trace = any_trace({user, std::nullopt});
  const auto asked = put(log::StreamKind::commands, user, billing::encode(billing::Command(billing::AccountRequested{user, kEuro})), {}, trace);
  put(log::StreamKind::billing, user, billing::encode(billing::Event(billing::AccountOpened{user, kEuro})), asked, trace);
  balances_[user] = 0;
}

void Story::confirm_account(UserId user) {
  const auto trace = any_trace({user, std::nullopt});
  const billing::KeyedRequest keyed{OperationId(any_bytes()), any_bytes()};
  const auto asked = put(log::StreamKind::commands, user, billing::encode(billing::Command(billing::AccountRequested{user, kEuro, keyed})), {}, trace);
  put(log::StreamKind::billing, user, billing::encode(billing::Event(billing::AccountConfirmed{user, kEuro, keyed})), asked, trace);
}

void Story::top_up(UserId user) {
  const auto trace = any_trace({user, std::nullopt});
  const OperationId operation(any_bytes());
  const Money amount{any(1, 5'000), kEuro};
  const auto fingerprint = any_bytes();
  const auto asked = put(log::StreamKind::commands, user,
                         billing::encode(billing::Command(billing::TopUpRequested{operation, user, amount, fingerprint})), {}, trace);
  balances_[user] += amount.minor;
  put(log::StreamKind::billing, user,
      billing::encode(billing::Event(billing::AccountToppedUp{operation, user, amount, balances_[user], fingerprint})), asked, trace);
}

void Story::refuse_top_up(UserId user) {
  const auto trace = any_trace({user, std::nullopt});
  const OperationId operation(any_bytes());
  const Money amount{any(1, 5'000), kEuro};
  put(log::StreamKind::billing, user,
      billing::encode(billing::Event(billing::TopUpRefused{operation, user, amount, billing::Refusal::no_account, any_bytes()})), {}, trace);
}

void Story::order(UserId user) {
  const auto purchase = purchases_.emplace_back(any_purchase(user));
  const log::Key key{user, purchase.order_id};
  const auto trace = any_trace(key);
  const auto asked = put(log::StreamKind::commands, user, orders::encode(orders::OrderCreateRequested{purchase}), {}, trace);
  const auto asked_at = now_;
  const auto pending = put(log::StreamKind::orders, user, orders::encode(orders::Event(orders::OrderPending{purchase, asked_at})), asked, trace);

  orders::OrderUpdateMessage cancelled{purchase, asked_at, orders::Status::cancelled, {}, orders::CancelReason::requested, 3};
  const bool hasty = any(1, 8) == 1;
  const auto regret = any_trace(key);  // a request of its own
  auto cancellation = hasty ? std::optional(cancel(cancelled, regret)) : std::nullopt;
  if (any(1, 6) == 1) park_for_a_while(log::StreamKind::billing, cancellation ? std::vector{pending, *cancellation} : std::vector{pending}, key);
  const auto paid = pay(purchase, pending, trace);
  if (!hasty) {
    orders::OrderUpdateMessage update{purchase, asked_at, orders::Status::cancelled, {}, orders::CancelReason::insufficient_funds, 3};
    const auto operation = billing::payment_operation_of(purchase.order_id);
    if (paid.happened) update = {purchase, asked_at, orders::Status::paid, operation, {}, 3};
    write_letter(update, put(log::StreamKind::orders, user, orders::encode(orders::Event(update)), paid.event, trace), trace);
    if (paid.happened && any(1, 4) == 1) {
      orders::Purchase ids{purchase.order_id, user, {}, {}, {}};
      cancellation = cancel({ids, {}, orders::Status::cancelled, operation, orders::CancelReason::requested, 4}, regret);
    }
  }
  if (cancellation && paid.happened) refund(purchase, *cancellation, hasty ? 4 : 5, regret);
  // The same key came a second time, with another body: its command stays without effect.
  if (any(1, 6) == 1) {
    auto other = any_purchase(user);
    other.order_id = purchase.order_id;
    put(log::StreamKind::commands, user, orders::encode(orders::OrderCreateRequested{other}), {}, any_trace(key));
  }
  if (any(1, 8) == 1) park_for_ever(key);
}

Story::Payment Story::pay(const orders::Purchase& purchase, const log::Cause& pending, const log::Trace& trace) {
  const auto user = purchase.user_id;
  billing::PaymentProcessed payment{purchase.order_id, user, billing::Refusal::insufficient_funds, purchase.total, 0};
  if (balances_[user] >= purchase.total.minor) {
    balances_[user] -= purchase.total.minor;
    payment.outcome = billing::payment_operation_of(purchase.order_id);
  }
  payment.balance_after = balances_[user];
  return {payment.paid(), put(log::StreamKind::billing, user, billing::encode(billing::Event(payment)), pending, trace)};
}

log::Cause Story::cancel(orders::OrderUpdateMessage update, const log::Trace& trace) {
  const auto user = update.purchase.user_id;
  const orders::OrderCancelRequested command{update.purchase.order_id, user, CancellationId(any_bytes())};
  const auto asked = put(log::StreamKind::commands, user, orders::encode(command), {}, trace);
  update.cancellation = {command.cancellation_id, now_};
  return put(log::StreamKind::orders, user, orders::encode(orders::Event(update)), asked, trace);
}

void Story::refund(const orders::Purchase& purchase, const log::Cause& cancellation, std::uint32_t version, const log::Trace& trace) {
  const auto user = purchase.user_id;
  const auto order = purchase.order_id;
  const auto operation = billing::payment_operation_of(order);
  balances_[user] += purchase.total.minor;
  const billing::PaymentRefunded money_back{order, user, billing::refund_operation_of(order), operation, purchase.total, balances_[user]};
  const auto refunded = put(log::StreamKind::billing, user, billing::encode(billing::Event(money_back)), cancellation, trace);
  const orders::Purchase known{order, user, {}, purchase.total, {}};
  const orders::OrderUpdateMessage update{known, {}, orders::Status::refunded, operation, {}, version};
  write_letter(update, put(log::StreamKind::orders, user, orders::encode(orders::Event(update)), refunded, trace), trace);
}

void Story::write_letter(const orders::OrderUpdateMessage& update, const log::Cause& cause, const log::Trace& trace) {
  using namespace notifications;
  const auto user = update.purchase.user_id;
  const auto order = update.purchase.order_id;
  const auto kind = update.status == orders::Status::paid       ? Kind::happiness
                    : update.status == orders::Status::refunded ? Kind::refund
                                                                : Kind::grief;
  const auto id = notification_of(order, kind);
  const auto chance = any(1, 10);
  if (chance >= 9) park_for_a_while(log::StreamKind::notifications, {cause}, *trace.key);
  if (chance <= 2) {
    const auto next = chance == 1 ? std::nullopt : std::optional(Timestamp{now_.unix_ms + 1'000});
    const NotificationFailed failed{id, order, user, Channel::email, kind, 1, "the mail server is away", next, cause.position};
    put(log::StreamKind::notifications, user, encode(Event(failed)), cause, trace);
    if (chance == 1) return;
  }
  const NotificationSent sent{id, order, user, Channel::email, kind, Locale::russian, 1, chance == 2 ? 2U : 1U};
  put(log::StreamKind::notifications, user, encode(Event(sent)), cause, trace);
}

orders::Purchase Story::any_purchase(UserId user) {
  orders::Purchase purchase{OrderId(any_bytes()), user, {}, {}, any_bytes()};
  for (auto left = any(1, 3); left > 0; --left) {
    purchase.items.push_back({"sku-" + std::to_string(any(1, 99)), left == 1 ? "Чай \"зелёный\"" : "", any(1, 5), any(1, 300)});
  }
  purchase.total = *orders::total_of(purchase.items, kEuro);
  return purchase;
}

IdBytes Story::any_bytes() {
  IdBytes bytes{};
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
  return bytes;
}

std::int64_t Story::any(std::int64_t least, std::int64_t most) {
  return least + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
}

log::Trace Story::any_trace(const log::Key& key) { return {"request-" + std::to_string(any(1, 1'000'000)), "", key.user, key}; }

}  // namespace ordo::tests
