#include "projections/runtime/rollback.hpp"

#include <fmt/format.h>

#include "projections/runtime/schema.hpp"

namespace ordo::projections {
namespace {

Result<void> require_previous(postgres::Transaction& transaction, const ReadModelDefinition& model) {
  const auto claim = claim_of(transaction, kPrevious);
  if (!claim) return tl::unexpected(claim.error());
  if (!*claim) {
    return failure(FailureKind::conflict, fmt::format("there is no schema {} to go back to: only a swap leaves one", kPrevious));
  }
  const auto fits = is_of_this_version(transaction, model, kPrevious);
  if (!fits) return tl::unexpected(fits.error());
  if (*fits) return {};
  return failure(FailureKind::conflict,
                 fmt::format("the tables in schema {} were made by another version than this program's ({}): install that version again "
                             "and let its own `ordo projections rollback` do it, or make them anew with `ordo projections rebuild`",
                             kPrevious, model.version));
}

}  // namespace

Result<void> roll_back(postgres::Connection& connection, const ReadModelDefinition& model) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return lock_schemas(*transaction)
      .and_then([&] { return require_previous(*transaction, model); })
      .and_then([&] { return hold_lanes(*transaction, kServing); })
      .and_then([&] {
        return transaction->run_script(fmt::format("alter schema {0} rename to {0}_leaving; alter schema {1} rename to {0}; "
                                                   "alter schema {0}_leaving rename to {1}",
                                                   kServing, kPrevious));
      })
      .and_then([&] { return transaction->commit(); });
}

Result<bool> drop_previous(postgres::Connection& connection) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto locked = lock_schemas(*transaction); !locked) return tl::unexpected(locked.error());
  const auto there = is_there(*transaction, kPrevious);
  if (!there || !*there) return there;
  return drop(*transaction, kPrevious).and_then([&] { return transaction->commit(); }).map([] { return true; });
}

}  // namespace ordo::projections
