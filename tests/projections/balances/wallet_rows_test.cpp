#include <catch2/catch.hpp>

#include "projections/balances/wallet_rows.hpp"
#include "tests/projections/envelope.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::AccountRequestRow;
using projections::BalanceRow;
using projections::OperationRow;
using projections::RefusedRow;
using projections::WalletRows;

namespace {

const UserId kUser = id_of<UserId>(1);
const OrderId kOrder = id_of<OrderId>(2);
const OperationId kTopUp = id_of<OperationId>(3);
const OperationId kPayment = id_of<OperationId>(4);
const auto kFirst = at(log::StreamKind::billing, 1);
const auto kSecond = at(log::StreamKind::billing, 1, 1);

}  // namespace

TEST_CASE("an opened account is an empty wallet, and no operation") {
  WalletRows rows("read");
  rows.add(kFirst, {1'000}, billing::AccountOpened{kUser, kEuro});
  CHECK(rows.balances() == std::vector{BalanceRow{kUser, {0, kEuro}, {1'000}, 1, kFirst}});
  CHECK(rows.operations().empty());
}

TEST_CASE("a wallet that changes three times in a batch is one row, and its operations are two") {
  WalletRows rows("read");
  rows.add(kFirst, {1'000}, billing::AccountOpened{kUser, kEuro});
  rows.add(kFirst, {1'001}, billing::AccountToppedUp{kTopUp, kUser, {500, kEuro}, 500, {7}});
  rows.add(kSecond, {1'002}, billing::PaymentProcessed{kOrder, kUser, kPayment, {300, kEuro}, 200});
  CHECK(rows.balances() == std::vector{BalanceRow{kUser, {200, kEuro}, {1'002}, 3, kSecond}});
  CHECK(rows.operations() ==
        std::vector{OperationRow{kTopUp, kUser, "topup", {}, {500, kEuro}, 500, {1'001}, kFirst, IdBytes{7}},
                    OperationRow{kPayment, kUser, "payment", kOrder, {300, kEuro}, 200, {1'002}, kSecond, {}}});
}

TEST_CASE("a refund is an operation of its order, and the wallet holds the money again") {
  WalletRows rows("read");
  const auto refund = id_of<OperationId>(5);
  rows.add(kFirst, {1'002}, billing::PaymentProcessed{kOrder, kUser, kPayment, {300, kEuro}, 200});
  rows.add(kSecond, {1'003}, billing::PaymentRefunded{kOrder, kUser, refund, kPayment, {300, kEuro}, 500});
  CHECK(rows.balances() == std::vector{BalanceRow{kUser, {500, kEuro}, {1'003}, 2, kSecond}});
  CHECK(rows.operations().at(1) == OperationRow{refund, kUser, "refund", kOrder, {300, kEuro}, 500, {1'003}, kSecond, {}});
}

TEST_CASE("a payment that was refused changes no balance and is no operation") {
  WalletRows rows("read");
  rows.add(kFirst, {1'000}, billing::PaymentProcessed{kOrder, kUser, billing::Refusal::insufficient_funds, {300, kEuro}, 200});
  CHECK(rows.balances().empty());
  CHECK(rows.operations().empty());
}

TEST_CASE("a refused top-up is kept with its reason, apart from operations") {
  WalletRows rows("read");
  const billing::TopUpRefused refused{kTopUp, kUser, {500, kEuro}, billing::Refusal::no_account, {7}};
  rows.add(kFirst, {1'000}, refused);
  CHECK(rows.refused() == std::vector{RefusedRow{refused, {1'000}, kFirst}});
  CHECK(rows.balances().empty());
  CHECK(rows.operations().empty());
}

TEST_CASE("an account that was asked for under a key is kept with it, and moves no money") {
  WalletRows rows("read");
  const billing::KeyedRequest first{kTopUp, {7}}, second{kPayment, {8}};
  rows.add(kFirst, {1'000}, billing::AccountOpened{kUser, kEuro, first});
  rows.add(kSecond, {1'001}, billing::AccountConfirmed{kUser, kEuro, second});
  CHECK(rows.account_requests() == std::vector{AccountRequestRow{kUser, kEuro, first, {1'000}, kFirst},
                                               AccountRequestRow{kUser, kEuro, second, {1'001}, kSecond}});
  CHECK(rows.balances() == std::vector{BalanceRow{kUser, {0, kEuro}, {1'000}, 1, kFirst}});
  CHECK(rows.operations().empty());
}

TEST_CASE("a cleared batch of wallets counts from nothing") {
  WalletRows rows("read");
  rows.add(kFirst, {1'000}, billing::AccountOpened{kUser, kEuro});
  rows.clear();
  rows.add(kFirst, {1'001}, billing::AccountToppedUp{kTopUp, kUser, {500, kEuro}, 500, {7}});
  CHECK(rows.balances() == std::vector{BalanceRow{kUser, {500, kEuro}, {1'001}, 1, kFirst}});
}
