#include <algorithm>

#include "events/billing/events.hpp"
#include "events/billing/v1/billing.pb.h"
#include "events/codec/field_reader.hpp"

namespace ordo::billing {
namespace {

using codec::FieldReader;

constexpr std::string_view kAccountRequested = "AccountRequested.v1";
constexpr std::string_view kTopUpRequested = "TopUpRequested.v1";
constexpr std::string_view kAccountOpened = "AccountOpened.v1";
constexpr std::string_view kAccountConfirmed = "AccountConfirmed.v1";
constexpr std::string_view kAccountToppedUp = "AccountToppedUp.v1";
constexpr std::string_view kTopUpRefused = "TopUpRefused.v1";
constexpr std::string_view kPaymentProcessed = "PaymentProcessed.v1";
constexpr std::string_view kPaymentRefunded = "PaymentRefunded.v1";
constexpr std::string_view kCommandsOfOthers[] = {"OrderCreateRequested.v1", "OrderCancelRequested.v1"};

template <class Id>
std::string bytes_of(const Id& id) {
  return std::string(id.raw());
}

// The fields that all that is said about a top-up shares.
template <class TopUp, class Message>
void write_top_up(const TopUp& top_up, Message& out) {
  out.set_operation_id(bytes_of(top_up.operation_id));
  out.set_user_id(bytes_of(top_up.user_id));
  out.set_amount(top_up.amount.minor);
  out.set_currency(std::string(top_up.amount.currency.code()));
  out.set_fingerprint(log::fingerprint_bytes(top_up.fingerprint));
}

template <class TopUp, class Message>
TopUp read_top_up(const Message& in, FieldReader& fields) {
  TopUp top_up;
  top_up.operation_id = fields.id<OperationId>(in.operation_id(), "operation_id");
  top_up.user_id = fields.id<UserId>(in.user_id(), "user_id");
  top_up.amount = fields.amount(in.amount(), in.currency(), "amount");
  top_up.fingerprint = fields.fingerprint(in.fingerprint());
  return top_up;
}

template <class Message>
void write_keyed(const KeyedRequest& keyed, Message& out) {
  out.set_operation_id(bytes_of(keyed.operation_id));
  out.set_fingerprint(log::fingerprint_bytes(keyed.fingerprint));
}

template <class Message>
KeyedRequest read_keyed(const Message& in, FieldReader& fields) {
  return {fields.id<OperationId>(in.operation_id(), "operation_id"), fields.fingerprint(in.fingerprint())};
}

template <class Account, class Message>
void write_account(const Account& account, Message& out) {
  out.set_user_id(bytes_of(account.user_id));
  out.set_currency(std::string(account.currency.code()));
  if (account.keyed) write_keyed(*account.keyed, out);
}

template <class Account, class Message>
Account read_account(const Message& in, FieldReader& fields) {
  Account account{fields.id<UserId>(in.user_id(), "user_id"), fields.currency(in.currency())};
  if (!in.operation_id().empty()) account.keyed = read_keyed(in, fields);
  return account;
}

Refusal read_refusal(v1::Refusal number, FieldReader& fields) {
  return fields.enumerator(number, Refusal::insufficient_funds, Refusal::balance_limit, "reason");
}

log::Payload encode(const AccountRequested& command) {
  v1::AccountRequested out;
  write_account(command, out);
  return log::to_payload(std::string(kAccountRequested), out);
}

log::Payload encode(const TopUpRequested& command) {
  v1::TopUpRequested out;
  write_top_up(command, out);
  return log::to_payload(std::string(kTopUpRequested), out);
}

log::Payload encode(const AccountOpened& event) {
  v1::AccountOpened out;
  write_account(event, out);
  return log::to_payload(std::string(kAccountOpened), out);
}

log::Payload encode(const AccountConfirmed& event) {
  v1::AccountConfirmed out;
  out.set_user_id(bytes_of(event.user_id));
  out.set_currency(std::string(event.currency.code()));
  write_keyed(event.keyed, out);
  return log::to_payload(std::string(kAccountConfirmed), out);
}

log::Payload encode(const AccountToppedUp& event) {
  v1::AccountToppedUp out;
  write_top_up(event, out);
  out.set_balance_after(event.balance_after);
  return log::to_payload(std::string(kAccountToppedUp), out);
}

log::Payload encode(const TopUpRefused& event) {
  v1::TopUpRefused out;
  write_top_up(event, out);
  out.set_reason(static_cast<v1::Refusal>(event.reason));
  return log::to_payload(std::string(kTopUpRefused), out);
}

log::Payload encode(const PaymentProcessed& event) {
  v1::PaymentProcessed out;
  out.set_order_id(bytes_of(event.order_id));
  out.set_user_id(bytes_of(event.user_id));
  out.set_paid(event.paid());
  if (const auto* operation = std::get_if<OperationId>(&event.outcome)) out.set_operation_id(bytes_of(*operation));
  if (const auto* refusal = std::get_if<Refusal>(&event.outcome)) out.set_reason(static_cast<v1::Refusal>(*refusal));
  out.set_amount(event.amount.minor);
  out.set_currency(std::string(event.amount.currency.code()));
  out.set_balance_after(event.balance_after);
  return log::to_payload(std::string(kPaymentProcessed), out);
}

log::Payload encode(const PaymentRefunded& event) {
  v1::PaymentRefunded out;
  out.set_order_id(bytes_of(event.order_id));
  out.set_user_id(bytes_of(event.user_id));
  out.set_operation_id(bytes_of(event.operation_id));
  out.set_payment_operation_id(bytes_of(event.payment_operation_id));
  out.set_amount(event.amount.minor);
  out.set_currency(std::string(event.amount.currency.code()));
  out.set_balance_after(event.balance_after);
  return log::to_payload(std::string(kPaymentRefunded), out);
}

AccountRequested read(const v1::AccountRequested& in, FieldReader& fields) {
  return read_account<AccountRequested>(in, fields);
}

TopUpRequested read(const v1::TopUpRequested& in, FieldReader& fields) {
  return read_top_up<TopUpRequested>(in, fields);
}

AccountOpened read(const v1::AccountOpened& in, FieldReader& fields) {
  return read_account<AccountOpened>(in, fields);
}

AccountConfirmed read(const v1::AccountConfirmed& in, FieldReader& fields) {
  return {fields.id<UserId>(in.user_id(), "user_id"), fields.currency(in.currency()), read_keyed(in, fields)};
}

AccountToppedUp read(const v1::AccountToppedUp& in, FieldReader& fields) {
  auto event = read_top_up<AccountToppedUp>(in, fields);
  event.balance_after = fields.not_negative(in.balance_after(), "balance_after");
  return event;
}

TopUpRefused read(const v1::TopUpRefused& in, FieldReader& fields) {
  auto event = read_top_up<TopUpRefused>(in, fields);
  event.reason = read_refusal(in.reason(), fields);
  return event;
}

PaymentProcessed read(const v1::PaymentProcessed& in, FieldReader& fields) {
  PaymentProcessed event;
  event.order_id = fields.id<OrderId>(in.order_id(), "order_id");
  event.user_id = fields.id<UserId>(in.user_id(), "user_id");
  // Both outcomes at once would be read one way by one reader and the other way by the next.
  if (in.paid()) {
    event.outcome = fields.id<OperationId>(in.operation_id(), "operation_id");
    fields.require(in.reason() == v1::REFUSAL_UNSPECIFIED, "reason");
  } else {
    event.outcome = read_refusal(in.reason(), fields);
    fields.require(in.operation_id().empty(), "operation_id");
  }
  event.amount = fields.amount(in.amount(), in.currency(), "amount");
  event.balance_after = fields.not_negative(in.balance_after(), "balance_after");
  return event;
}

PaymentRefunded read(const v1::PaymentRefunded& in, FieldReader& fields) {
  PaymentRefunded event;
  event.order_id = fields.id<OrderId>(in.order_id(), "order_id");
  event.user_id = fields.id<UserId>(in.user_id(), "user_id");
  event.operation_id = fields.id<OperationId>(in.operation_id(), "operation_id");
  event.payment_operation_id = fields.id<OperationId>(in.payment_operation_id(), "payment_operation_id");
  event.amount = fields.amount(in.amount(), in.currency(), "amount");
  event.balance_after = fields.not_negative(in.balance_after(), "balance_after");
  return event;
}

template <class Message, class Answer>
Result<Answer> decode_as(const log::Payload& payload) {
  const auto in = log::from_payload<Message>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  Answer answer = read(*in, fields);
  return fields.finish(std::move(answer));
}

}  // namespace

log::Payload encode(const Command& command) {
  return std::visit([](const auto& each) { return encode(each); }, command);
}

log::Payload encode(const Event& event) {
  return std::visit([](const auto& each) { return encode(each); }, event);
}

Result<std::optional<Command>> decode_command(const log::Payload& payload) {
  using Answer = std::optional<Command>;
  if (payload.type == kAccountRequested) return decode_as<v1::AccountRequested, Answer>(payload);
  if (payload.type == kTopUpRequested) return decode_as<v1::TopUpRequested, Answer>(payload);
  if (std::ranges::find(kCommandsOfOthers, payload.type) != std::end(kCommandsOfOthers)) return Answer();
  return log::unknown_type(payload);
}

Result<Event> decode(const log::Payload& payload) {
  if (payload.type == kAccountOpened) return decode_as<v1::AccountOpened, Event>(payload);
  if (payload.type == kAccountConfirmed) return decode_as<v1::AccountConfirmed, Event>(payload);
  if (payload.type == kAccountToppedUp) return decode_as<v1::AccountToppedUp, Event>(payload);
  if (payload.type == kTopUpRefused) return decode_as<v1::TopUpRefused, Event>(payload);
  if (payload.type == kPaymentProcessed) return decode_as<v1::PaymentProcessed, Event>(payload);
  if (payload.type == kPaymentRefunded) return decode_as<v1::PaymentRefunded, Event>(payload);
  return log::unknown_type(payload);
}

}  // namespace ordo::billing
