#include "command-side/billing/ledger.hpp"

#include "events/vocabulary/visit.hpp"

namespace ordo::billing {
namespace {

std::optional<Event> open(const Ledger& ledger, const AccountRequested& command) {
  const auto& keyed = command.keyed;
  if (keyed && ledger.has_decided(keyed->operation_id)) return std::nullopt;
  if (ledger.wallet_of(command.user_id) == nullptr) return AccountOpened{command.user_id, command.currency, keyed};
  if (!keyed) return std::nullopt;
  return AccountConfirmed{command.user_id, command.currency, *keyed};
}

std::optional<Refusal> refusal_of(const Wallet* wallet, const Money& amount) {
  if (wallet == nullptr) return Refusal::no_account;
  if (wallet->balance.currency != amount.currency) return Refusal::currency_mismatch;
  return std::nullopt;
}

std::optional<Event> top_up(const Ledger& ledger, const TopUpRequested& command) {
  if (ledger.has_decided(command.operation_id)) return std::nullopt;
  const auto refuse = [&command](Refusal reason) {
    return TopUpRefused{command.operation_id, command.user_id, command.amount, reason, command.fingerprint};
  };
  const auto* wallet = ledger.wallet_of(command.user_id);
  if (const auto refusal = refusal_of(wallet, command.amount)) return refuse(*refusal);
  const auto balance = add(wallet->balance, command.amount);
  if (!balance || balance->minor > kBalanceMax) return refuse(Refusal::balance_limit);
  if (command.amount.minor > kToppedUpMax - wallet->topped_up) return refuse(Refusal::balance_limit);
  return AccountToppedUp{command.operation_id, command.user_id, command.amount, balance->minor, command.fingerprint};
}

std::optional<Event> charge(const Ledger& ledger, const orders::Purchase& purchase) {
  const auto operation = payment_operation_of(purchase.order_id);
  if (ledger.has_decided(operation)) return std::nullopt;
  const auto* wallet = ledger.wallet_of(purchase.user_id);
  const auto balance = wallet ? wallet->balance.minor : 0;
  const auto refuse = [&](Refusal reason) {
    return PaymentProcessed{purchase.order_id, purchase.user_id, reason, purchase.total, balance};
  };
  if (const auto refusal = refusal_of(wallet, purchase.total)) return refuse(*refusal);
  if (balance < purchase.total.minor) return refuse(Refusal::insufficient_funds);
  return PaymentProcessed{purchase.order_id, purchase.user_id, operation, purchase.total, balance - purchase.total.minor};
}

// Out of what was charged, whatever the cancellation says.
std::optional<Event> refund(const Ledger& ledger, OrderId order) {
  const auto payment = payment_operation_of(order);
  const auto* charge = ledger.charges.find(payment);
  if (charge == nullptr || charge->refunded()) return std::nullopt;
  const auto& wallet = ledger.wallets[charge->wallet()];
  return PaymentRefunded{order,
                         wallet.user_id,
                         refund_operation_of(order),
                         payment,
                         {charge->amount(), wallet.balance.currency},
                         wallet.balance.minor + charge->amount()};
}

void evolve_payment(Ledger& ledger, const PaymentProcessed& payment) {
  const auto operation = payment_operation_of(payment.order_id);
  if (!payment.paid()) {
    ledger.decided.insert(operation);
    return;
  }
  const auto place = ledger.places.at(payment.user_id);
  ledger.wallets[place].balance.minor = payment.balance_after;
  ledger.charges.put(operation, Charge(place, payment.amount.minor));
}

void evolve_refund(Ledger& ledger, const PaymentRefunded& refund) {
  ledger.wallets[ledger.places.at(refund.user_id)].balance.minor = refund.balance_after;
  if (const auto* charge = ledger.charges.find(refund.payment_operation_id)) {
    ledger.charges.put(refund.payment_operation_id, charge->after_refund());
  }
}

}  // namespace

const Wallet* Ledger::wallet_of(UserId user) const {
  const auto found = places.find(user);
  return found == places.end() ? nullptr : &wallets[found->second];
}

bool Ledger::has_decided(OperationId operation) const { return decided.contains(operation) || charges.contains(operation); }

Result<std::optional<Event>, LedgerRejection> LedgerDecider::decide(const Ledger& ledger, const Input& input) {
  return visit(
      input,
      [&](const identity::UserRegistered& user) { return open(ledger, {user.user_id, user.currency}); },
      [&](const AccountRequested& command) { return open(ledger, command); },
      [&](const TopUpRequested& command) { return top_up(ledger, command); },
      [&](const orders::OrderPending& order) { return charge(ledger, order.purchase); },
      [&](const RefundOrder& cancelled) { return refund(ledger, cancelled.order_id); });
}

Ledger LedgerDecider::evolve(Ledger ledger, const Event& event) {
  visit(
      event,
      [&](const AccountOpened& opened) {
        if (opened.keyed) ledger.decided.insert(opened.keyed->operation_id);
        const auto place = static_cast<std::uint32_t>(ledger.wallets.size());
        if (!ledger.places.try_emplace(opened.user_id, place).second) return;
        ledger.wallets.push_back({opened.user_id, {0, opened.currency}});
      },
      [&](const AccountConfirmed& confirmed) { ledger.decided.insert(confirmed.keyed.operation_id); },
      [&](const AccountToppedUp& topped_up) {
        auto& wallet = ledger.wallets[ledger.places.at(topped_up.user_id)];
        wallet.balance.minor = topped_up.balance_after;
        wallet.topped_up += topped_up.amount.minor;
        ledger.decided.insert(topped_up.operation_id);
      },
      [&](const TopUpRefused& refused) { ledger.decided.insert(refused.operation_id); },
      [&](const PaymentProcessed& payment) { evolve_payment(ledger, payment); },
      [&](const PaymentRefunded& money_back) { evolve_refund(ledger, money_back); });
  return ledger;
}

}  // namespace ordo::billing
