#include "projections/history/wallet_state.hpp"

#include <fmt/format.h>

#include "events/log/log_scan.hpp"
#include "events/parking/events.hpp"
#include "events/vocabulary/visit.hpp"
#include "projections/runtime/schema.hpp"
#include "projections/verification/spoken_of.hpp"

namespace ordo::projections {
namespace {

Result<void> take_those_of(UserId user, const log::StoredMessage& message, std::vector<log::LoggedEvent>& found) {
  // Whoever speaks of the user names him: most messages need no decoding.
  if (message.payload.find(user.raw()) == std::string::npos) return {};
  auto events = log::events_of(message);
  if (!events) return tl::unexpected(events.error());
  for (auto& logged : *events) {
    const auto spoken = spoken_of(message.stream.kind, logged.event.payload);
    if (!spoken) return failure(spoken.error().kind, fmt::format("{}: {}", log::text(logged.at), spoken.error().text));
    if (spoken->user == user) found.push_back(std::move(logged));
  }
  return {};
}

}  // namespace

Result<std::vector<log::LoggedEvent>> wallet_events(const LogSource& source, UserId user, Progress& progress) {
  const log::StreamName stream{log::StreamKind::billing, log::partition_of(user, source.partitions)};
  const auto range = log::range_from(source.log, stream);
  if (!range) return tl::unexpected(range.error());
  progress.begin(log::text(stream), range->size());
  std::vector<log::LoggedEvent> found;
  const auto scanned = log::scan(source.log, *range, source.stop, [&](const log::StoredMessage& message) {
    progress.message(0);
    return take_those_of(user, message, found).map([] { return log::Visit::go_on; });
  });
  if (!scanned) return tl::unexpected(scanned.error());
  return found;
}

Result<WalletState> wallet_after(const std::vector<log::LoggedEvent>& events) {
  WalletRows rows(kServing);
  for (const auto& logged : events) {
    if (parking::is_parking(logged.event.payload)) continue;  // moves no money
    const auto decoded = billing::decode(logged.event.payload);
    if (!decoded) return tl::unexpected(decoded.error());
    visit(*decoded, [&](const auto& said) { rows.add(logged.at, logged.event.time, said); });
  }
  WalletState state{std::nullopt, rows.operations(), rows.refused()};
  if (!rows.balances().empty()) state.balance = rows.balances().front();
  return state;
}

}  // namespace ordo::projections
