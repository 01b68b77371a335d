#include "command-side/billing/ledger_state.hpp"

#include "command-side/runtime/state_bytes.hpp"
#include "command-side/runtime/state_tables.hpp"

namespace ordo::billing {
namespace {

constexpr std::size_t kCurrencyBytes = 3;
constexpr std::size_t kWalletBytes = sizeof(UserId) + kCurrencyBytes + 2 * sizeof(std::int64_t);

void write(const Wallet& wallet, runtime::StateWriter& out) {
  out.id(wallet.user_id);
  out.raw(wallet.balance.currency.code());
  out.signed_number(wallet.balance.minor);
  out.signed_number(wallet.topped_up);
}

void read_wallet(runtime::StateReader& in, Ledger& ledger) {
  Wallet wallet;
  wallet.user_id = in.id<UserId>();
  const auto currency = Currency::parse(in.raw(kCurrencyBytes));
  if (!currency) return in.fail();
  wallet.balance.currency = *currency;
  wallet.balance.minor = in.signed_number();
  wallet.topped_up = in.signed_number();
  const auto place = static_cast<std::uint32_t>(ledger.wallets.size());
  if (!ledger.places.try_emplace(wallet.user_id, place).second) return in.fail();
  ledger.wallets.push_back(wallet);
}

}  // namespace

std::string save(const Ledger& ledger) {
  runtime::StateWriter out;
  out.reserve(24 + ledger.wallets.size() * kWalletBytes + ledger.decided.size() * sizeof(OperationId) +
              ledger.charges.size() * (sizeof(OperationId) + sizeof(Charge)));
  out.number(static_cast<std::uint64_t>(ledger.wallets.size()));
  for (const auto& wallet : ledger.wallets) write(wallet, out);
  runtime::write(ledger.decided, out);
  runtime::write(ledger.charges, out);
  return out.take();
}

Result<Ledger> load_ledger(std::string_view bytes) {
  runtime::StateReader in(bytes);
  Ledger ledger;
  for (auto left = in.count(kWalletBytes); left > 0 && !in.has_failed(); --left) read_wallet(in, ledger);
  runtime::read(in, ledger.decided);
  runtime::read(in, ledger.charges);
  if (!in.is_whole()) return failure(FailureKind::corrupt, "its wallets cannot be read");
  return ledger;
}

}  // namespace ordo::billing
