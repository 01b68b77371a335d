#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "query-side/balances/balances.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

struct Told {
  explicit Told(const StoryShape& shape) : story(shape), pool(database.pool_options()) { project(database, story, "read"); }

  TemporaryDatabase database;
  Story story;
  postgres::Pool pool;
};

std::vector<balances::OperationView> statement(postgres::Pool& pool, UserId user, std::size_t limit) {
  std::vector<balances::OperationView> all;
  std::optional<balances::OperationKey> after;
  do {
    const auto page = must(balances::operations_of(pool, user, limit, after));
    std::ranges::copy(page.operations, std::back_inserter(all));
    after = page.next;
  } while (after);
  return all;
}

}  // namespace

TEST_CASE("a wallet's balance is what its operations left") {
  Told told({.seed = 51});
  for (const auto& [user, balance] : told.story.balances()) {
    const auto view = must(balances::balance_of(told.pool, user));
    REQUIRE(view);
    CHECK(view->balance == Money{balance, *Currency::parse("EUR")});
    CHECK(view->version == statement(told.pool, user, 100).size() + 1);
  }
  CHECK_FALSE(must(balances::balance_of(told.pool, UserId::random())));
}

TEST_CASE("a statement is read page by page, newest first, and every line follows from the one before") {
  Told told({.seed = 52});
  for (const auto& user : told.story.users()) {
    const auto lines = statement(told.pool, user, 3);
    CHECK(lines.size() == statement(told.pool, user, 100).size());
    CHECK(lines.front().balance_after == told.story.balances().at(user));
    std::int64_t balance = 0;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
      balance += line->kind == "payment" ? -line->amount.minor : line->amount.minor;
      CHECK(line->balance_after == balance);
      CHECK((line->kind == "topup") != line->order_id.has_value());
    }
  }
}

TEST_CASE("an operation is found whether it happened or was refused") {
  Told told({.seed = 53, .orders = 100});
  auto connection = told.database.connect();
  const auto rows = must(connection.execute("select operation_id from read.refused_operations"));
  REQUIRE_FALSE(rows.empty());
  const auto refused = rows[0].get<OperationId>(0);
  const auto accepted = statement(told.pool, told.story.users().front(), 1).front().operation_id;
  const auto found = must(balances::find_operations(told.pool, {refused, accepted, OperationId::random()}));
  REQUIRE(found.size() == 2);
  const auto& first = found[0].operation_id == refused ? found[0] : found[1];
  const auto& second = found[0].operation_id == refused ? found[1] : found[0];
  CHECK(first.refusal == "NO_ACCOUNT");
  CHECK(first.fingerprint);
  CHECK_FALSE(first.balance_after);
  CHECK_FALSE(second.refusal);
  CHECK(second.balance_after);
}

TEST_CASE("an account that was asked for under a key is found by it") {
  Told told({.seed = 54});
  auto connection = told.database.connect();
  const auto rows = must(connection.execute("select operation_id, user_id, fingerprint from read.account_requests"));
  REQUIRE(rows.size() == told.story.users().size());
  const auto found = must(balances::find_account_requests(told.pool, {rows[0].get<OperationId>(0), OperationId::random()}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].user_id == rows[0].get<UserId>(1));
  CHECK(found[0].fingerprint == rows[0].get<IdBytes>(2));
  CHECK(found[0].currency == *Currency::parse("EUR"));
}

TEST_CASE("a wallet and its statement are degraded where all of its user's is parked, and not for a single order") {
  Told told({.seed = 55});
  for (const auto& user : told.story.users()) {
    const bool waits = told.story.parked().contains({user, std::nullopt});
    CHECK(waits == (user == told.story.users().front()));
    CHECK(must(balances::balance_of(told.pool, user))->degraded == waits);
    CHECK(must(balances::operations_of(told.pool, user, 5, {})).degraded == waits);
  }
}
