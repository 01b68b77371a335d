#include "projections/verification/books.hpp"
#include "tests/projections/verification/findings.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;

namespace {

// Changes an event of BILLING that is such a one.
template <class Said>
std::function<void(AuditedStory&)> with(std::size_t sequence, std::function<void(Said&)> change) {
  return [=](AuditedStory& story) { story.change_billing(sequence, [&](billing::Event& event) { change(std::get<Said>(event)); }); };
}

constexpr auto kRefusedForAReason = "a payment is refused for a reason that holds";

}  // namespace

TEST_CASE("an account that is opened twice is found") {
  require_broken("BILLING-0@5.0", "an account is opened once", [](auto& story) { story.repeat(StreamKind::billing, 1); });
}

TEST_CASE("an account that is confirmed twice under one key, or without one, is found") {
  const auto confirm = [](AuditedStory& story, UserId user) {
    const billing::AccountConfirmed confirmed{user, kEuro, {id_of<OperationId>(77), {}}};
    const auto asked = story.put(StreamKind::commands, billing::encode(billing::Command(billing::AccountRequested{user, kEuro, confirmed.keyed})));
    story.put(StreamKind::billing, billing::encode(billing::Event(confirmed)), asked);
  };
  require_broken("BILLING-0@6.0", "an account that was asked for under a key is answered once", [&](auto& story) {
    confirm(story, story.user);
    confirm(story, story.user);
  });
}

TEST_CASE("a top-up that is granted twice is found") {
  require_broken("BILLING-0@5.0", "a top-up is decided once", [](auto& story) { story.repeat(StreamKind::billing, 2); });
}

TEST_CASE("a top-up that is granted and then refused is found") {
  require_broken("BILLING-0@5.0", "a top-up is decided once", [](auto& story) {
    const billing::TopUpRefused refused{id_of<OperationId>(4), story.user, {1'000, kEuro}, billing::Refusal::balance_limit, {}};
    story.put(StreamKind::billing, billing::encode(billing::Event(refused)), story.cause(StreamKind::commands, 1));
  });
}

TEST_CASE("a balance that is not the sum of what moved is found") {
  require_broken("BILLING-0@2.0", "balance_after is the sum of all that moved",
                 with<billing::AccountToppedUp>(2, [](auto& topped_up) { topped_up.balance_after = 1'001; }));
  require_broken("BILLING-0@3.0", "balance_after is the sum of all that moved",
                 with<billing::PaymentProcessed>(3, [](auto& payment) { payment.balance_after = 701; }));
}

TEST_CASE("a wallet that goes below zero is found") {
  require_broken("BILLING-0@4.0", "no wallet goes below zero", with<billing::PaymentProcessed>(4, [](auto& payment) {
                   payment.outcome = billing::payment_operation_of(payment.order_id);
                   payment.balance_after = 0;
                 }));
}

TEST_CASE("money in another currency than its wallet's is found") {
  require_broken("BILLING-0@2.0", "a wallet has one currency",
                 with<billing::AccountToppedUp>(2, [](auto& topped_up) { topped_up.amount.currency = *Currency::parse("USD"); }));
}

TEST_CASE("money in a wallet that was never opened is found") {
  require_broken("BILLING-0@2.0", "money moves in wallets that are open",
                 with<billing::AccountToppedUp>(2, [](auto& topped_up) { topped_up.user_id = id_of<UserId>(9); }));
}

TEST_CASE("a payment that is refused although the wallet can pay is found") {
  require_broken("BILLING-0@3.0", kRefusedForAReason, with<billing::PaymentProcessed>(3, [](auto& payment) {
                   payment.outcome = billing::Refusal::insufficient_funds;
                   payment.balance_after = 1'000;
                 }));
  for (const auto reason : {billing::Refusal::no_account, billing::Refusal::currency_mismatch, billing::Refusal::balance_limit}) {
    require_broken("BILLING-0@4.0", kRefusedForAReason,
                   with<billing::PaymentProcessed>(4, [reason](auto& payment) { payment.outcome = reason; }));
  }
}

TEST_CASE("a refused payment that moves money is found") {
  require_broken("BILLING-0@4.0", "a refused payment moves no money",
                 with<billing::PaymentProcessed>(4, [](auto& payment) { payment.balance_after = 600; }));
}

TEST_CASE("money that appears or vanishes is found") {
  const projections::Sums sound{.wallets = 2, .balances = 60, .topped_up = 100, .paid = 50, .refunded = 10};
  CHECK_FALSE(projections::check_sums(kEuro, sound).finding);
  for (const auto part : {&projections::Sums::balances, &projections::Sums::topped_up, &projections::Sums::paid, &projections::Sums::refunded}) {
    auto wrong = sound;
    wrong.*part += 1;
    const auto check = projections::check_sums(kEuro, wrong);
    REQUIRE(check.finding);
    CHECK(check.finding->rule == "no money appears or vanishes");
  }
}
