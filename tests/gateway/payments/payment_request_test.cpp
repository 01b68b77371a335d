#include <catch2/catch.hpp>

#include <algorithm>

#include "gateway/payments/payment_json.hpp"
#include "gateway/payments/payment_request.hpp"

namespace ordo::billing {
namespace {

const Currency kEuro = *Currency::parse("EUR");

struct Refusal {
  std::string_view body;
  http::ProblemCode code;
  std::vector<std::string> pointers;
};

template <class Value>
void require_refused(const Result<Value, http::Problem>& read, const Refusal& row) {
  INFO(row.body);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == row.code);
  std::vector<std::string> pointers;
  for (const auto& error : read.error().errors) pointers.push_back(error.pointer);
  std::ranges::sort(pointers);
  CHECK(pointers == row.pointers);
}

}  // namespace

TEST_CASE("a top-up that breaks the contract is refused, with all that is wrong with it") {
  using enum http::ProblemCode;
  for (const auto& row : {
           Refusal{"", malformed_json, {}},
           Refusal{"nonsense", malformed_json, {}},
           Refusal{"{}", validation_failed, {"/amount", "/currency"}},
           Refusal{R"({"amount":0,"currency":"EUR"})", validation_failed, {"/amount"}},
           Refusal{R"({"amount":-5,"currency":"EUR"})", validation_failed, {"/amount"}},
           Refusal{R"({"amount":1.5,"currency":"EUR"})", validation_failed, {"/amount"}},
           Refusal{R"({"amount":1e400,"currency":"EUR"})", validation_failed, {"/amount"}},
           Refusal{R"({"amount":1000000000001,"currency":"EUR"})", validation_failed, {"/amount"}},
           Refusal{R"({"amount":"5","currency":"EUR"})", validation_failed, {"/amount"}},
           Refusal{R"({"amount":null,"currency":"EUR"})", validation_failed, {"/amount"}},
           Refusal{R"({"amount":5,"currency":"eur"})", validation_failed, {"/currency"}},
           Refusal{R"({"amount":5,"currency":978})", validation_failed, {"/currency"}},
           Refusal{R"({"amount":0,"currency":"","note":1})", validation_failed, {"/amount", "/currency", "/note"}},
       }) {
    require_refused(read_top_up(row.body), row);
  }
}

TEST_CASE("a top-up within the limits is taken") {
  REQUIRE(read_top_up(R"({"amount":1,"currency":"EUR"})") == Money{1, kEuro});
  REQUIRE(read_top_up(R"({"amount":1000000000000,"currency":"EUR"})") == Money{kAmountMax, kEuro});
}

TEST_CASE("an account is opened in the currency that is named, or in that of the configuration") {
  REQUIRE(read_account("", kEuro) == kEuro);
  REQUIRE(read_account("{}", kEuro) == kEuro);
  REQUIRE(read_account(R"({"currency":"USD"})", kEuro) == *Currency::parse("USD"));
  require_refused(read_account(R"({"currency":"usd","user_id":"x"})", kEuro),
                  {"both", http::ProblemCode::validation_failed, {"/currency", "/user_id"}});
}

TEST_CASE("who waited for a top-up is told the balance, or why there is none") {
  balances::OperationOutcome outcome;
  outcome.amount = {5, kEuro};
  outcome.fingerprint = derived_uuid("test", {"one"});
  outcome.balance_after = 12;
  const auto told = final_response(outcome, *outcome.fingerprint);
  REQUIRE(told->status == 200);
  REQUIRE(told->body == R"({"operation_id":"00000000-0000-0000-0000-000000000000","balance":12,"currency":"EUR"})");
  REQUIRE(final_response(outcome, {}).error().code == http::ProblemCode::idempotency_key_reused);
  outcome.balance_after.reset();
  outcome.refusal = "NO_ACCOUNT";
  REQUIRE(final_response(outcome, *outcome.fingerprint).error().code == http::ProblemCode::no_account);
  outcome.refusal = "CURRENCY_MISMATCH";
  REQUIRE(final_response(outcome, *outcome.fingerprint).error().code == http::ProblemCode::currency_mismatch);
}

}  // namespace ordo::billing
