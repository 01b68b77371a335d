#include "projections/verification/read_model_comparison.hpp"

#include <fmt/format.h>

#include "events/log/patient_bounds.hpp"
#include "projections/runtime/schema.hpp"
#include "projections/verification/expected_rows.hpp"
#include "projections/verification/table_comparison.hpp"

namespace ordo::projections {
namespace {

using Lanes = std::map<std::string, Reached>;

constexpr std::string_view kIdentity = "select to_regclass('read.checkpoints')::oid::bigint";

// No lane can have read what the log does not hold.
Result<Check> check_checkpoints(const ComparisonSettings& settings, const Lanes& lanes) {
  Check check{"read.checkpoints", 0, "rows", {}, ""};
  for (const auto& [lane, reached] : lanes) {
    for (const auto& [stream, sequence] : reached) {
      ++check.count;
      const auto bounds = log::patient_bounds(settings.log, stream, sequence, 5 * settings.silence_max, settings.stop);
      if (!bounds) return tl::unexpected(bounds.error());
      if (sequence <= bounds->last_sequence || check.finding) continue;
      check.finding = Finding{fmt::format("read.checkpoints lane={} stream={}", lane, text(stream)), "no checkpoint lies beyond its stream",
                              fmt::format("at most {}", bounds->last_sequence), std::to_string(sequence)};
    }
  }
  return check;
}

// True when the inbox has lost commands: whose NEW rows should still be there, nobody can tell.
Result<bool> has_forgotten(log::EventLog& log, const Lanes& lanes) {
  for (const auto& [lane, reached] : lanes) {
    for (const auto& [stream, sequence] : reached) {
      const auto bounds = log.bounds(stream);
      if (!bounds) return tl::unexpected(bounds.error());
      if (bounds->first_sequence > 1) return true;
    }
  }
  return false;
}

std::vector<RowSets> books_against_rows() {
  const auto books = std::string(kBooksTable);
  // Of wallets of which the projection shows all.
  const std::string whole = " not in (select user_id::text from read.parked_events where lane = 'balances' "
                            "union all select user_id::text from read.discarded_events where lane = 'balances')";
  const auto operations = "read.operations where user_id::text" + whole;
  return {
      {"read.balances by the books", "a balance is the sum of all that moved", "select user_id, balance, currency from " + books,
       "select user_id, balance, currency from read.balances where user_id::text" + whole, {"user_id"}},
      {"read.entries by wallet", "a wallet's entries add up to its balance",
       "select 'wallet:' || user_id as account, balance from " + books + " where balance <> 0",
       "select account, sum(amount)::bigint as balance from read.entries where account like 'wallet:%' "
       "and substr(account, 8)" + whole + " group by account having sum(amount) <> 0",
       {"account"}},
      {"read.operations one by one", "what a wallet holds after an operation is what it held before, and the amount",
       "select operation_id, (lag(balance_after, 1, 0::bigint) over (partition by user_id order by sequence, index) "
       "+ case kind when 'payment' then -amount else amount end) as balance_after from " + operations,
       "select operation_id, balance_after from " + operations, {"operation_id"}},
  };
}

// Nobody else writes the temporary tables: a conflict there is a row that the log makes twice.
bool is_away(const Failure& reason) { return reason.kind == FailureKind::unavailable || reason.kind == FailureKind::timeout; }

class Comparison {
 public:
  Comparison(const ComparisonSettings& settings, postgres::Transaction& transaction, Progress& progress)
      : settings_(settings), transaction_(transaction), progress_(progress) {}

  Result<Checks> run() {
    const auto before = transaction_.execute(kIdentity);  // and all that follows is of this moment
    if (!before) return tl::unexpected(before.error());
    const auto lanes = read_all_checkpoints(transaction_, kServing);
    if (!lanes) return tl::unexpected(lanes.error());
    auto checkpoints = check_checkpoints(settings_, *lanes);
    if (!checkpoints) return tl::unexpected(checkpoints.error());
    const bool comparable = !checkpoints->finding;
    checks_.push_back(std::move(*checkpoints));
    if (!comparable) return checks_;
    if (auto compared = compare(*lanes); !compared) return tl::unexpected(compared.error());
    const auto after = transaction_.execute(kIdentity);
    if (!after) return tl::unexpected(after.error());
    if ((*after)[0].get<std::optional<std::int64_t>>(0) == (*before)[0].get<std::optional<std::int64_t>>(0)) return checks_;
    return failure(FailureKind::conflict, "a rebuild has swapped the tables meanwhile; run it again");
  }

 private:
  Result<void> compare(const Lanes& lanes) {
    const auto left_out = read_left_out(transaction_);
    if (!left_out) return tl::unexpected(left_out.error());
    if (!left_out->empty()) checks_.front().detail = fmt::format("{} events are parked or thrown away", left_out->size());
    const auto contradiction = make_expected_rows(transaction_, {settings_.model, settings_.log, settings_.stop, settings_.silence_max},
                                                  lanes, *left_out, progress_);
    if (!contradiction && is_away(contradiction.error())) return tl::unexpected(contradiction.error());
    if (!contradiction) {
      checks_.push_back({"rows from the log", 0, "rows",
                         Finding{"the log", "the log can be made into rows", "", contradiction.error().text}, ""});
      return {};
    }
    if (*contradiction) {
      const auto& [rule, expected, found] = **contradiction;
      checks_.push_back({"the books", 0, "wallets", Finding{"BILLING", rule, expected, found}, ""});
    }
    return compare_tables(lanes).and_then([this] { return compare_all(books_against_rows()); });
  }

  Result<void> compare_tables(const Lanes& lanes) {
    const auto forgotten = has_forgotten(settings_.log, lanes);
    if (!forgotten) return tl::unexpected(forgotten.error());
    const auto tables = tables_of(transaction_, kServing);
    if (!tables) return tl::unexpected(tables.error());
    std::vector<RowSets> all;
    // Of the temporary tables alone: nobody else would tell the planner how large they are.
    auto analyze = fmt::format("analyze {};", kBooksTable);
    for (const auto& [table, key] : *tables) {
      analyze += fmt::format("analyze {}.{};", kExpected, table);
      const std::string_view only = table == "orders" && *forgotten ? " where status <> 'NEW'" : "";
      all.push_back({fmt::format("{}.{}", kServing, table), "rows are what the log makes of them",
                     fmt::format("select * from {}.{}{}", kExpected, table, only),
                     fmt::format("select * from {}.{}{}", kServing, table, only), key});
    }
    return transaction_.run_script(analyze).and_then([&] { return compare_all(all); });
  }

  Result<void> compare_all(const std::vector<RowSets>& all) {
    for (const auto& sets : all) {
      if (settings_.stop.stop_requested()) return failure(FailureKind::unavailable, "told to stop");
      progress_.begin(sets.name, 0);
      auto check = compare_rows(transaction_, sets);
      if (!check) return tl::unexpected(check.error());
      checks_.push_back(std::move(*check));
    }
    return {};
  }

  const ComparisonSettings& settings_;
  postgres::Transaction& transaction_;
  Progress& progress_;
  Checks checks_;
};

// In a transaction of its own: one that goes on would keep a rebuild from swapping, and lanes waiting behind it.
Result<void> check_version(const ComparisonSettings& settings) {
  auto transaction = settings.connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return hold_schema(*transaction, settings.model, kServing).map([](const SchemaMark&) {});
}

}  // namespace

Result<Checks> compare_read_model(const ComparisonSettings& settings, Progress& progress) {
  if (auto same = check_version(settings); !same) return tl::unexpected(same.error());
  auto transaction = settings.connection.begin({.isolation = postgres::Isolation::repeatable_read});
  if (!transaction) return tl::unexpected(transaction.error());
  return Comparison(settings, *transaction, progress).run();
}

}  // namespace ordo::projections
