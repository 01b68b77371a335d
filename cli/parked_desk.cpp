#include "cli/parked_desk.hpp"

#include <iostream>

#include <fmt/format.h>

#include "cli/operator_record.hpp"
#include "projections/read_model.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kAnswerLimit = 30s;

}  // namespace

ParkedRow row_of(const ParkedKey& parked) {
  return {log::text(parked.output), parked.key, parked.queue.size(), parked.queue.front().fault};
}

ParkedRow row_of(const projections::ParkedQueue& queue) {
  return {fmt::format("projections/{} {}", queue.lane, log::text(queue.stream)), queue.key, queue.events, queue.fault};
}

Result<ParkedDesk> ParkedDesk::open(const Settings& settings) {
  auto log = open_log(settings, "parked");
  if (!log) return tl::unexpected(log.error());
  auto postgres = postgres::Connection::open({.url = settings.postgres_url, .application_name = "ordo-parked"});
  if (!postgres) std::cerr << "ordo: the read model cannot be asked: " << postgres.error().text << '\n';
  return ParkedDesk(settings, std::move(*log), postgres ? std::optional(std::move(*postgres)) : std::nullopt);
}

Result<Parked> ParkedDesk::find(const WantedParked& wanted) {
  Parked parked;
  if (wanted.context != kProjectionsContext) {
    auto keys = parked_keys(*log_.log, settings_.partitions, wanted.id);
    if (!keys) return tl::unexpected(keys.error());
    std::erase_if(*keys, [&](const ParkedKey& each) {
      return !wanted.context.empty() && CLI::detail::to_lower(std::string(log::text(each.output.kind))) != wanted.context;
    });
    parked.of_owners = std::move(*keys);
  }
  if (postgres_ && (wanted.context.empty() || wanted.context == kProjectionsContext)) {
    auto queues = projections::parked_queues(*postgres_, projections::kServing, parse_uuid(wanted.id));
    if (!queues) return tl::unexpected(queues.error());
    parked.of_lanes = std::move(*queues);
  }
  return parked;
}

Result<ReleaseRow> ParkedDesk::release(const ParkedKey& parked, parking::Discard discard, const std::string& reason) {
  const auto actor = actor_of(settings_.actor);
  parking::ReleaseRequested request{parked.output.kind, parked.key, discard, actor, reason, parked.queue.front().event.id};
  for (ReleaseRow sum;; request.discard = parking::Discard::none, request.first.reset()) {
    const auto released = release_parked(*log_.log, parked.output, request, kAnswerLimit);
    if (!released) return tl::unexpected(released.error());
    if (request.discard != parking::Discard::none && released->discarded == 0 && released->left > 0) {
      return failure(FailureKind::conflict, "another input stands first by now: look again with `ordo parked show`");
    }
    sum.discarded += released->discarded;
    sum.decided += released->decided;
    sum.left = released->left;
    if (released->fault) sum.reason = released->fault->reason;
    if (sum.left == 0 || sum.reason) return sum;
  }
}

Result<ReleaseRow> ParkedDesk::release(const projections::ParkedQueue& queue, parking::Discard discard, const std::string& reason) {
  projections::ReleaseOrder order{discard, actor_of(settings_.actor), reason};
  for (ReleaseRow sum;; order.discard = parking::Discard::none) {
    const auto released =
        projections::release({.model = projections::read_model(), .log = *log_.log, .connection = *postgres_}, queue, order);
    if (!released) return tl::unexpected(released.error());
    sum.discarded += released->discarded;
    sum.decided += released->applied;
    sum.left = released->left;
    sum.reason = released->reason;
    if (sum.left == 0 || sum.reason) return sum;
  }
}

}  // namespace ordo::cli
