#include "command-side/billing/ledger_state.hpp"

#include "tests/command-side/saved_state.hpp"

namespace ordo::billing {
namespace {

const Currency kEuro = *Currency::parse("EUR");
const Currency kYen = *Currency::parse("JPY");

UserId any_user(std::mt19937& random) { return UserId::derived("user", {std::to_string(random() % 20)}); }

LedgerDecider::Input any_input(std::mt19937& random) {
  const auto user = any_user(random);
  const auto currency = random() % 10 == 0 ? kYen : kEuro;
  const Money amount{static_cast<std::int64_t>(random() % 1'000), currency};
  const auto number = std::to_string(random() % 300);
  const auto order = OrderId::derived("order", {number});
  switch (random() % 5) {
    case 0: return identity::UserRegistered{user, currency};
    case 1: {
      AccountRequested asked{user, currency};
      if (random() % 2 == 0) asked.keyed = KeyedRequest{OperationId::derived("account", {number}), {}};
      return asked;
    }
    case 2: return TopUpRequested{OperationId::derived("top-up", {number}), user, amount, {}};
    case 3: return orders::OrderPending{{order, user, {}, amount, {}}, {}};
    default: return RefundOrder{order};
  }
}

}  // namespace

TEST_CASE("wallets that were saved and loaded are decided as if they had not been") {
  testing::require_that_saving_changes_no_decision<LedgerDecider>(
      any_input, [](const Ledger& ledger) { return save(ledger); }, [](std::string_view bytes) { return load_ledger(bytes); });
}

}  // namespace ordo::billing
