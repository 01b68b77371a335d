#include "projections/verification/books.hpp"

#include <fmt/format.h>

namespace ordo::projections {
namespace {

constexpr std::string_view kTopUpOnce = "a top-up is decided once";
constexpr std::string_view kAccountOnce = "an account that was asked for under a key is answered once";

std::string text(const Books::Wallet* wallet) {
  return wallet == nullptr ? "no wallet" : fmt::format("{} {} in the wallet", wallet->sum, wallet->currency.code());
}

// Whether the wallet, as it is, gives this reason for a refusal.
bool justifies(billing::Refusal reason, const Books::Wallet* wallet, const Money& amount) {
  switch (reason) {
    case billing::Refusal::no_account: return wallet == nullptr;
    case billing::Refusal::currency_mismatch: return wallet != nullptr && wallet->currency != amount.currency;
    case billing::Refusal::insufficient_funds:
      return wallet != nullptr && wallet->currency == amount.currency && wallet->sum < amount.minor;
    case billing::Refusal::balance_limit: return false;  // refuses top-ups, never payments
  }
  return false;
}

}  // namespace

MaybeContradiction Books::enter(const billing::AccountOpened& opened) {
  if (!wallets_.try_emplace(opened.user_id, Wallet{opened.currency}).second) {
    return Contradiction{"an account is opened once", "no account yet", "it was opened before"};
  }
  return opened.keyed ? decide(opened.keyed->operation_id, kAccountOnce) : std::nullopt;
}

MaybeContradiction Books::enter(const billing::AccountConfirmed& confirmed) {
  if (wallets_.contains(confirmed.user_id)) return decide(confirmed.keyed.operation_id, kAccountOnce);
  return Contradiction{"an account is confirmed that there is", "an account of " + confirmed.user_id.text(), "none"};
}

MaybeContradiction Books::enter(const billing::AccountToppedUp& topped_up) {
  if (auto repeated = decide(topped_up.operation_id, kTopUpOnce)) return repeated;
  const auto& [minor, currency] = topped_up.amount;
  if (auto wrong = move(topped_up.user_id, minor, currency, topped_up.balance_after)) return wrong;
  turnovers_[currency].topped_up += minor;
  return std::nullopt;
}

MaybeContradiction Books::enter(const billing::TopUpRefused& refused) {
  return decide(refused.operation_id, kTopUpOnce);
}

MaybeContradiction Books::enter(const billing::PaymentProcessed& payment) {
  if (const auto* reason = std::get_if<billing::Refusal>(&payment.outcome)) return refuse(payment, *reason);
  const auto& [minor, currency] = payment.amount;
  if (auto wrong = move(payment.user_id, -minor, currency, payment.balance_after)) return wrong;
  turnovers_[currency].paid += minor;
  return std::nullopt;
}

MaybeContradiction Books::enter(const billing::PaymentRefunded& refund) {
  const auto& [minor, currency] = refund.amount;
  if (auto wrong = move(refund.user_id, minor, currency, refund.balance_after)) return wrong;
  turnovers_[currency].refunded += minor;
  return std::nullopt;
}

MaybeContradiction Books::refuse(const billing::PaymentProcessed& payment, billing::Refusal reason) const {
  const auto found = wallets_.find(payment.user_id);
  const auto* wallet = found == wallets_.end() ? nullptr : &found->second;
  if (!justifies(reason, wallet, payment.amount)) {
    return Contradiction{"a payment is refused for a reason that holds",
                         fmt::format("{} of {}", billing::text(reason), ordo::text(payment.amount)), text(wallet)};
  }
  const auto balance = wallet == nullptr ? 0 : wallet->sum;
  if (payment.balance_after == balance) return std::nullopt;
  return Contradiction{"a refused payment moves no money", fmt::format("balance_after {}", balance), std::to_string(payment.balance_after)};
}

MaybeContradiction Books::decide(OperationId operation, std::string_view rule) {
  if (decided_.insert(operation)) return std::nullopt;
  return Contradiction{std::string(rule), "a new operation", operation.text() + " for the second time"};
}

MaybeContradiction Books::move(UserId user, std::int64_t change, Currency currency, std::int64_t balance_after) {
  const auto found = wallets_.find(user);
  if (found == wallets_.end()) return Contradiction{"money moves in wallets that are open", "an account of " + user.text(), "none"};
  auto& wallet = found->second;
  if (wallet.currency != currency) {
    return Contradiction{"a wallet has one currency", std::string(wallet.currency.code()), std::string(currency.code())};
  }
  const auto sum = static_cast<WideAmount>(wallet.sum) + change;
  if (sum < 0) {
    return Contradiction{"no wallet goes below zero", fmt::format("at most {}", wallet.sum), fmt::format("{} was taken", -change)};
  }
  if (sum != balance_after) {
    return Contradiction{"balance_after is the sum of all that moved", fmt::format("{}", sum), std::to_string(balance_after)};
  }
  wallet.sum = static_cast<std::int64_t>(sum);
  wallet.told = balance_after;
  return std::nullopt;
}

std::map<Currency, Sums> Books::sums() const {
  auto sums = turnovers_;
  for (const auto& [user, wallet] : wallets_) {
    auto& of_currency = sums[wallet.currency];
    ++of_currency.wallets;
    of_currency.balances += wallet.told;
  }
  return sums;
}

Sums& Sums::operator+=(const Sums& other) {
  wallets += other.wallets;
  balances += other.balances;
  topped_up += other.topped_up;
  paid += other.paid;
  refunded += other.refunded;
  return *this;
}

Check check_sums(Currency currency, const Sums& sums) {
  const auto right = fmt::format("balances {} + paid {} - refunded {}", sums.balances, sums.paid, sums.refunded);
  Check check{fmt::format("money in {}", currency.code()), sums.wallets, "wallets", {}, fmt::format("topped up {} = {}", sums.topped_up, right)};
  if (sums.topped_up == sums.balances + sums.paid - sums.refunded) return check;
  check.detail.clear();
  check.finding = Finding{check.name, "no money appears or vanishes", fmt::format("topped up {}", sums.topped_up), right};
  return check;
}

}  // namespace ordo::projections
