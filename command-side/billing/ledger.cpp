#include "command-side/billing/ledger.hpp"

#include "events/vocabulary/visit.hpp"

namespace ordo::billing {
namespace {

std::optional<Event> open(const Ledger& ledger, UserId user, Currency currency) {
  if (ledger.wallet_of(user) != nullptr) return std::nullopt;
  return AccountOpened{user, currency};
}

std::optional<Refusal> refusal_of(const Money* wallet, const Money& amount) {
  if (wallet == nullptr) return Refusal::no_account;
  if (wallet->currency != amount.currency) return Refusal::currency_mismatch;
  return std::nullopt;
}

std::optional<Event> top_up(const Ledger& ledger, const TopUpRequested& command) {
  if (ledger.decided.contains(command.operation_id)) return std::nullopt;
  const auto refuse = [&command](Refusal reason) {
    return TopUpRefused{command.operation_id, command.user_id, command.amount, reason, command.fingerprint};
  };
  const auto* wallet = ledger.wallet_of(command.user_id);
  if (const auto refusal = refusal_of(wallet, command.amount)) return refuse(*refusal);
  const auto balance = add(*wallet, command.amount);
  if (!balance || balance->minor > kBalanceMax) return refuse(Refusal::balance_limit);
  return AccountToppedUp{command.operation_id, command.user_id, command.amount, balance->minor, command.fingerprint};
}

std::optional<Event> charge(const Ledger& ledger, const orders::Purchase& purchase) {
  const auto operation = payment_operation_of(purchase.order_id);
  if (ledger.decided.contains(operation)) return std::nullopt;
  const auto* wallet = ledger.wallet_of(purchase.user_id);
  const auto refuse = [&](Refusal reason) {
    return PaymentProcessed{purchase.order_id, purchase.user_id, reason, purchase.total, wallet ? wallet->minor : 0};
  };
  if (const auto refusal = refusal_of(wallet, purchase.total)) return refuse(*refusal);
  if (wallet->minor < purchase.total.minor) return refuse(Refusal::insufficient_funds);
  return PaymentProcessed{purchase.order_id, purchase.user_id, operation, purchase.total,
                          wallet->minor - purchase.total.minor};
}

}  // namespace

const Money* Ledger::wallet_of(UserId user) const {
  const auto found = wallets.find(user);
  return found == wallets.end() ? nullptr : &found->second;
}

Result<std::optional<Event>, LedgerRejection> LedgerDecider::decide(const Ledger& ledger, const Input& input) {
  return visit(
      input,
      [&](const identity::UserRegistered& user) { return open(ledger, user.user_id, user.currency); },
      [&](const AccountRequested& command) { return open(ledger, command.user_id, command.currency); },
      [&](const TopUpRequested& command) { return top_up(ledger, command); },
      [&](const orders::OrderPending& order) { return charge(ledger, order.purchase); });
}

Ledger LedgerDecider::evolve(Ledger ledger, const Event& event) {
  visit(
      event,
      [&](const AccountOpened& opened) { ledger.wallets.try_emplace(opened.user_id, Money{0, opened.currency}); },
      [&](const AccountToppedUp& topped_up) {
        ledger.wallets.at(topped_up.user_id).minor = topped_up.balance_after;
        ledger.decided.insert(topped_up.operation_id);
      },
      [&](const TopUpRefused& refused) { ledger.decided.insert(refused.operation_id); },
      [&](const PaymentProcessed& payment) {
        ledger.decided.insert(payment_operation_of(payment.order_id));
        if (payment.paid()) ledger.wallets.at(payment.user_id).minor = payment.balance_after;
      });
  return ledger;
}

}  // namespace ordo::billing
