#include "command-side/identity/forgetting.hpp"

#include <fmt/format.h>

#include "command-side/identity/refusals.hpp"
#include "events/identity/token_check.hpp"

namespace ordo::identity {
namespace {

constexpr int kAtOnceMax = 1000;
// Longer than any token lives; who looked last before that has asked anew from 0, or trusts no token by now.
constexpr std::chrono::milliseconds kRememberedFor = kAccessTokenLife + std::chrono::minutes(10);

// Places become visible in their order only where deletions wait for each other; SHARE ROW EXCLUSIVE keeps nobody from reading.
Result<void> take_place(postgres::Transaction& transaction, UserId user, Timestamp now) {
  const auto locked = transaction.execute("LOCK TABLE identity.forgotten IN SHARE ROW EXCLUSIVE MODE");
  if (!locked) return tl::unexpected(locked.error());
  const Timestamp old{now.unix_ms - kRememberedFor.count()};
  const auto inserted = transaction.execute(
      "INSERT INTO identity.forgotten (place, user_id, forgotten_at) "
      "SELECT coalesce(max(place), 0) + 1, $1::uuid, $2::timestamptz FROM identity.forgotten",
      user, now);
  if (!inserted) return tl::unexpected(inserted.error());
  // The newest row stays in any case, so that no place is ever given twice.
  return transaction.execute("DELETE FROM identity.forgotten WHERE forgotten_at < $1::timestamptz", old).map([](const postgres::Rows&) {});
}

}  // namespace

Answer<void> Forgetting::forget(UserId user) {
  const auto gone = pool_.transact([&](postgres::Transaction& transaction) -> Result<bool> {
    const auto deleted = transaction.execute("DELETE FROM identity.users WHERE user_id = $1::uuid", user);
    if (!deleted) return tl::unexpected(deleted.error());
    if (deleted->affected() == 0) return false;
    return take_place(transaction, user, clock_.now()).map([] { return true; });
  });
  if (!gone) return tl::unexpected(refusal_of(gone.error()));
  if (!*gone) return refuse(RefusalReason::not_found, "there is no such user");
  return {};
}

Answer<Forgotten> Forgetting::after(std::int64_t place) {
  static const auto sql =
      fmt::format("SELECT place, user_id FROM identity.forgotten WHERE place > $1::bigint ORDER BY place LIMIT {}", kAtOnceMax);
  const auto rows = pool_.execute(sql, place);
  if (!rows) return tl::unexpected(refusal_of(rows.error()));
  Forgotten forgotten{{}, place};
  for (std::size_t index = 0; index < rows->size(); ++index) {
    forgotten.place = (*rows)[index].get<std::int64_t>(0);
    forgotten.users.push_back((*rows)[index].get<UserId>(1));
  }
  return forgotten;
}

}  // namespace ordo::identity
