#include "projections/runtime/kept_rows.hpp"

#include <fmt/format.h>

namespace ordo::projections {
namespace {

// What every lane writes for itself. The checkpoints come first: should another rebuild have taken over, its lanes and this transaction
// cannot both have made them.
constexpr auto kOwnTables = {"checkpoints", "parked_events", "discarded_events"};

class KeptRows {
 public:
  KeptRows(postgres::Transaction& transaction, const ReadModelDefinition& model) : transaction_(transaction), model_(model) {}

  Result<void> require(const IdBytes& claim) {
    const auto standing = claim_of(transaction_, kBuilding);
    if (!standing) return tl::unexpected(standing.error());
    if (!*standing || (*standing)->id != claim) return failure(FailureKind::conflict, "another rebuild has taken this one over");
    const auto fits = claim_of(transaction_, kServing).and_then([this](const std::optional<SchemaClaim>& serving) {
      return serving ? is_of_this_version(transaction_, model_, kServing) : Result<bool>(false);
    });
    if (!fits) return tl::unexpected(fits.error());
    if (*fits) return {};
    return failure(FailureKind::conflict, "the tables that serve were made by another version, none of their rows can be kept: rebuild "
                                          "all, without naming any");
  }

  Result<bool> is_kept(const LaneDefinition& lane) {
    return transaction_.execute(fmt::format("select exists (select from {}.checkpoints where lane = $1::text)", kBuilding), lane.name)
        .map([](const postgres::Rows& rows) { return rows[0].get<bool>(0); });
  }

  Result<void> keep(const LaneDefinition& lane) {
    for (const auto* table : kOwnTables) {
      if (auto copied = copy(table, fmt::format("lane = '{}'", lane.name)); !copied) return copied;
    }
    for (const auto& [table, condition] : lane.feeds) {
      if (auto copied = copy(table, condition); !copied) return copied;
    }
    return {};
  }

 private:
  Result<void> copy(std::string_view table, std::string_view condition) {
    constexpr std::string_view kCopy = "insert into {0}.{2} select * from {1}.{2} where {3}";
    return transaction_.run_script(fmt::format(kCopy, kBuilding, kServing, table, condition));
  }

  postgres::Transaction& transaction_;
  const ReadModelDefinition& model_;
};

}  // namespace

Result<void> keep_rows(postgres::Connection& connection, const ReadModelDefinition& model, const std::set<std::string>& anew,
                       const IdBytes& claim) {
  // Of one moment: rows and checkpoints of the live tables belong together in every one.
  auto transaction = connection.begin({.isolation = postgres::Isolation::repeatable_read});
  if (!transaction) return tl::unexpected(transaction.error());
  KeptRows rows(*transaction, model);
  if (auto possible = rows.require(claim); !possible) return possible;
  for (const auto& lane : model.lanes) {
    if (anew.contains(lane.name)) continue;
    const auto kept = rows.is_kept(lane);
    if (!kept) return tl::unexpected(kept.error());
    if (*kept) continue;
    if (auto done = rows.keep(lane); !done) return done;
  }
  return transaction->commit();
}

}  // namespace ordo::projections
