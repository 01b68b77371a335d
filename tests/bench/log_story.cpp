#include "tests/bench/log_story.hpp"

#include <algorithm>

#include "events/billing/events.hpp"
#include "events/identity/events.hpp"
#include "events/notifications/letter.hpp"

namespace ordo::bench {
namespace {

using log::StreamKind;
using orders::OrderUpdateMessage;

constexpr std::int64_t kPrice = 1'250;
constexpr std::int64_t kTooDear = 100'000'000'000;
constexpr std::int64_t kTopUp = 1'000'000;
constexpr std::size_t kRunMax = 100;
constexpr std::size_t kRunsUntilCancelled = 30;
const Currency kEuro = *Currency::parse("EUR");

log::Key key_of(const orders::Purchase& purchase) { return {purchase.user_id, purchase.order_id}; }

// Of a hundred in their order, `count` have it from `from` on.
bool has_fate(std::size_t number, std::uint32_t from, std::uint32_t count) { return number >= from && number < from + count; }

}  // namespace

LogStory::LogStory(Appender& appender, log::Partition partition, log::Partition partitions, std::uint64_t users, Fates fates)
    : appender_(appender), partition_(partition), fates_(fates) {
  for (std::uint64_t number = 0; number < users; ++number) {
    const auto user = UserId::derived("bench", {std::to_string(number)});
    if (log::partition_of(user, partitions) == partition) users_.push_back(user);
  }
  for (std::size_t at = 0; at < users_.size(); at += kRunMax) {
    const auto some = std::span(users_).subspan(at).first(std::min(kRunMax, users_.size() - at));
    open_accounts(some);
    top_up(static_cast<std::uint32_t>(some.size()));
  }
}

void LogStory::open_accounts(std::span<const UserId> users) {
  std::vector<Said> registered, opened;
  for (const auto& user : users) {
    const log::Key key{user, std::nullopt};
    registered.push_back({identity::encode(identity::UserRegistered{user, kEuro}), key});
    opened.push_back({billing::encode(billing::Event{billing::AccountOpened{user, kEuro}}), key, opened.size()});
  }
  const auto stored = append(log::Topic::user_registered, registered);
  append(log::Topic::billing_account, opened, &stored);
}

void LogStory::top_up(std::uint32_t count) {
  std::vector<Said> asked, done;
  for (std::uint32_t index = 0; index < count; ++index) {
    const auto user = next_user();
    const auto operation = OperationId::random();
    const log::Key key{user, std::nullopt};
    const auto fingerprint = random_uuid();
    balances_[user] += kTopUp;
    asked.push_back({billing::encode(billing::Command{billing::TopUpRequested{operation, user, {kTopUp, kEuro}, fingerprint}}), key});
    const billing::AccountToppedUp topped_up{operation, user, {kTopUp, kEuro}, balances_[user], fingerprint};
    done.push_back({billing::encode(billing::Event{topped_up}), key, index});
  }
  const auto stored = append(log::Topic::payment_top_up, asked);
  append(log::Topic::billing_top_up, done, &stored);
}

void LogStory::order(std::uint32_t count) {
  Purchases purchases;
  std::vector<Said> asked, pending;
  for (std::uint32_t index = 0; index < count; ++index) {
    const auto& purchase = purchases.emplace_back(next_purchase(has_fate(index, 0, fates_.refused)));
    asked.push_back({orders::encode(orders::OrderCreateRequested{purchase}), key_of(purchase)});
    pending.push_back({orders::encode(orders::Event{orders::OrderPending{purchase, now_}}), key_of(purchase), index});
  }
  const auto stored = append(log::Topic::order_create, asked);
  pay(append(log::Topic::order_pending, pending, &stored), purchases);
  if (fates_.top_ups > 0) top_up(fates_.top_ups);
  if (to_be_cancelled_.size() > kRunsUntilCancelled) {
    cancel(to_be_cancelled_.front());
    to_be_cancelled_.pop_front();
  }
}

void LogStory::end() {
  for (const auto& purchases : to_be_cancelled_) cancel(purchases);
  to_be_cancelled_.clear();
}

void LogStory::pay(const Stored& pending, const Purchases& purchases) {
  std::vector<Said> payments, updates;
  std::vector<OrderUpdateMessage> said;
  Purchases regretted;
  for (std::size_t index = 0; index < purchases.size(); ++index) {
    const auto& bought = purchases[index];
    auto& balance = balances_[bought.user_id];
    const bool paid = bought.total.minor <= balance;
    if (paid) balance -= bought.total.minor;
    billing::PaymentProcessed payment{bought.order_id, bought.user_id, billing::Refusal::insufficient_funds, bought.total, balance};
    OrderUpdateMessage update{bought, now_, orders::Status::cancelled, {}, orders::CancelReason::insufficient_funds, 3};
    if (paid) {
      payment.outcome = billing::payment_operation_of(bought.order_id);
      update = {bought, now_, orders::Status::paid, billing::payment_operation_of(bought.order_id), {}, 3};
      if (has_fate(index, fates_.refused, fates_.cancelled)) regretted.push_back(bought);
    }
    payments.push_back({billing::encode(billing::Event{payment}), key_of(bought), index});
    updates.push_back({orders::encode(orders::Event{update}), key_of(bought), index});
    said.push_back(std::move(update));
  }
  const auto stored = append(log::Topic::billing_payment, payments, &pending);
  write_letters(append(log::Topic::order_update, updates, &stored), said);
  if (!regretted.empty()) to_be_cancelled_.push_back(std::move(regretted));
}

void LogStory::cancel(const Purchases& purchases) {
  std::vector<Said> asked, cancelled, refunds, refunded;
  std::vector<OrderUpdateMessage> said;
  for (std::size_t index = 0; index < purchases.size(); ++index) {
    const auto& bought = purchases[index];
    const auto operation = billing::payment_operation_of(bought.order_id);
    const orders::OrderCancelRequested command{bought.order_id, bought.user_id, CancellationId::random()};
    const OrderUpdateMessage cancellation{{bought.order_id, bought.user_id, {}, {}, {}}, {}, orders::Status::cancelled, operation,
                                          orders::CancelReason::requested, 4, orders::Cancellation{command.cancellation_id, now_}};
    auto& balance = balances_[bought.user_id];
    balance += bought.total.minor;
    const billing::PaymentRefunded refund{bought.order_id, bought.user_id, billing::refund_operation_of(bought.order_id), operation,
                                          bought.total, balance};
    said.push_back({{bought.order_id, bought.user_id, {}, bought.total, {}}, {}, orders::Status::refunded, operation, {}, 5});
    asked.push_back({orders::encode(command), key_of(bought)});
    cancelled.push_back({orders::encode(orders::Event{cancellation}), key_of(bought), index});
    refunds.push_back({billing::encode(billing::Event{refund}), key_of(bought), index});
    refunded.push_back({orders::encode(orders::Event{said.back()}), key_of(bought), index});
  }
  const auto commands = append(log::Topic::order_cancel, asked);
  const auto decided = append(log::Topic::order_update, cancelled, &commands);
  const auto paid_back = append(log::Topic::billing_refund, refunds, &decided);
  write_letters(append(log::Topic::order_update, refunded, &paid_back), said);
}

void LogStory::write_letters(const Stored& updates, const std::vector<OrderUpdateMessage>& said) {
  using namespace notifications;
  if (!fates_.letters) return;
  std::vector<Said> failed, sent;
  for (std::size_t index = 0; index < said.size(); ++index) {
    const auto kind = letter_about(said[index]);
    if (!kind) continue;
    const auto& about = said[index].purchase;
    const auto id = notification_of(about.order_id, *kind);
    const bool late = has_fate(index, fates_.refused + fates_.cancelled, fates_.late);
    if (late) {
      const NotificationFailed failure{id, about.order_id, about.user_id, Channel::email, *kind, 1, "the mail server is away",
                                       Timestamp{now_.unix_ms + 1'000}, {updates.sequence, static_cast<std::uint32_t>(index)}};
      failed.push_back({encode(Event(failure)), key_of(about), index});
    }
    const NotificationSent letter{id, about.order_id, about.user_id, Channel::email, *kind, Locale::english, 1, late ? 2U : 1U};
    sent.push_back({encode(Event(letter)), key_of(about), index});
  }
  if (!failed.empty()) append(log::Topic::notification_failed, failed, &updates);
  append(log::Topic::notification_sent, sent, &updates);
}

LogStory::Stored LogStory::append(log::Topic topic, const std::vector<Said>& said, const Stored* input) {
  const auto stream = log::stream_of(topic);
  log::Run run;
  if (input != nullptr) {
    auto& decided = decided_[stream];
    decided[input->stream] = {input->sequence, static_cast<std::uint32_t>(input->events.size() - 1)};
    run.checkpoints = decided;
  }
  for (const auto& [payload, key, cause] : said) {
    log::Event event{EventId::random(), payload, {}, {EventId::random().text(), "", key.user, key}, now_, {}};
    if (input != nullptr) {
      event.cause = log::Cause{input->stream, {input->sequence, static_cast<std::uint32_t>(cause)}, input->events[cause].id};
      event.trace = input->events[cause].trace;
    }
    run.events.push_back(std::move(event));
  }
  now_.unix_ms += 5;
  if (stream != StreamKind::users) events_ += run.events.size();
  const auto sequence = appender_.append({stream, partition_}, topic, log::encode_run(run));
  return {stream, sequence, std::move(run.events)};
}

orders::Purchase LogStory::next_purchase(bool too_dear) {
  const auto price = too_dear ? kTooDear : kPrice;
  return {OrderId::random(), next_user(),
          {{"tea-0123", "Green tea, 100 g", 2, price}, {"cup-0042", "Cup, blue", 1, price}}, {3 * price, kEuro}, random_uuid()};
}

}  // namespace ordo::bench
