#include "projections/runtime/rebuild_plan.hpp"

#include "projections/runtime/backlog.hpp"
#include "projections/runtime/building_claim.hpp"

namespace ordo::projections {
namespace {

// Where the lanes would begin.
Result<std::map<std::string, Reached>> beginnings(postgres::Transaction& transaction, const RebuildSettings& settings, bool goes_on) {
  if (goes_on) return read_all_checkpoints(transaction, kBuilding);
  if (settings.lanes.empty()) return std::map<std::string, Reached>{};
  return read_all_checkpoints(transaction, kServing).map([&](std::map<std::string, Reached> lanes) {
    for (const auto& anew : settings.lanes) lanes.erase(anew);
    return lanes;
  });
}

Result<std::uint64_t> events_left(const RebuildSettings& settings, log::EventLog& log, const std::map<std::string, Reached>& lanes) {
  std::uint64_t events = 0;
  for (const auto& definition : settings.model.lanes) {
    const auto lane = lanes.find(definition.name);
    for (const auto kind : definition.inputs) {
      for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
        const bool begun = lane != lanes.end() && lane->second.contains({kind, partition});
        const auto left = backlog(log, {kind, partition}, begun ? lane->second.at({kind, partition}) : 0);
        if (!left) return tl::unexpected(left.error());
        events += left->events;
      }
    }
  }
  return events;
}

}  // namespace

Result<RebuildPlan> plan_rebuild(const RebuildSettings& settings) {
  RebuildPlan plan;
  plan.note = note_of(settings);
  const auto goes_on = BuildingClaim::would_go_on({settings.model, settings.connection, settings.silence_max, settings.restart, plan.note,
                                                   settings.only_go_on, settings.goes_on});
  if (!goes_on) return tl::unexpected(goes_on.error());
  plan.goes_on = *goes_on;
  auto connection = postgres::Connection::open(settings.connection);
  if (!connection) return tl::unexpected(connection.error());
  auto transaction = connection->begin();
  if (!transaction) return tl::unexpected(transaction.error());
  const auto standing = note_on(*transaction, kBuilding);
  const auto lanes = beginnings(*transaction, settings, plan.goes_on);
  if (!standing || !lanes) return tl::unexpected((standing ? lanes.error() : standing.error()));
  plan.standing = *standing;
  std::optional<log::LogUntil> past;
  if (settings.until) past.emplace(settings.log, *settings.until);
  auto& log = past ? *past : settings.log;
  const auto progress = measure(settings, log, *lanes);
  const auto events = events_left(settings, log, *lanes);
  if (!progress || !events) return tl::unexpected((progress ? events.error() : progress.error()));
  plan.messages_total = progress->messages_total;
  plan.messages_done = progress->messages_done;
  plan.events_left = *events;
  return plan;
}

}  // namespace ordo::projections
