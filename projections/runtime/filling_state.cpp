#include "projections/runtime/filling_state.hpp"

#include <algorithm>

#include "projections/runtime/backlog.hpp"
#include "projections/runtime/checkpoints.hpp"

namespace ordo::projections {
namespace {

// What a stream holds by now.
struct Held {
  log::StreamBounds bounds;
  Backlog all;

  [[nodiscard]] std::uint64_t up_to(std::uint64_t reached) const {
    return reached < bounds.first_sequence ? 0 : std::min(reached - bounds.first_sequence + 1, all.messages);
  }
};

Result<Held> held_by(log::EventLog& log, log::StreamName stream) {
  const auto bounds = log.bounds(stream);
  const auto all = backlog(log, stream, 0);
  if (!bounds || !all) return tl::unexpected(bounds ? all.error() : bounds.error());
  return Held{*bounds, *all};
}

void count(FillingState& state, const Held& held, std::uint64_t reached) {
  const auto done = held.up_to(reached);
  state.messages_done += done;
  state.messages_total += held.all.messages;
  state.events_total += held.all.events;
  if (held.all.messages > 0) state.events_done += held.all.events * done / held.all.messages;
}

struct Standing {
  FillingState state;
  std::map<std::string, Reached> lanes;
};

Result<std::optional<Standing>> look(postgres::Connection& connection, const ReadModelDefinition& model) {
  auto transaction = connection.begin({.isolation = postgres::Isolation::repeatable_read});
  if (!transaction) return tl::unexpected(transaction.error());
  const auto there = is_there(*transaction, kBuilding);
  if (!there) return tl::unexpected(there.error());
  if (!*there) return std::nullopt;
  const auto claim = claim_of(*transaction, kBuilding);
  const auto fits = claim && *claim ? is_of_this_version(*transaction, model, kBuilding) : Result<bool>(false);
  if (!claim || !fits) return tl::unexpected(claim ? fits.error() : claim.error());
  if (!*fits) return std::nullopt;
  const auto stage = stage_of(*transaction, kBuilding);
  const auto note = note_on(*transaction, kBuilding);
  auto lanes = read_all_checkpoints(*transaction, kBuilding);
  if (!stage || !note || !lanes) return tl::unexpected(!stage ? stage.error() : !note ? note.error() : lanes.error());
  return Standing{{.stage = *stage, .note = *note}, std::move(*lanes)};
}

}  // namespace

Result<std::optional<FillingState>> filling_state(postgres::Connection& connection, log::EventLog& log, const ReadModelDefinition& model,
                                                  log::Partition partitions) {
  auto standing = look(connection, model);
  if (!standing) return tl::unexpected(standing.error());
  if (!*standing) return std::nullopt;
  auto& [state, lanes] = **standing;
  std::map<log::StreamName, Held> streams;
  for (const auto& definition : model.lanes) {
    const auto& reached = lanes[definition.name];
    for (const auto kind : definition.inputs) {
      for (log::Partition partition = 0; partition < partitions; ++partition) {
        const log::StreamName stream{kind, partition};
        if (!streams.contains(stream)) {
          auto held = held_by(log, stream);
          if (!held) return tl::unexpected(held.error());
          streams.emplace(stream, std::move(*held));
        }
        const auto place = reached.find(stream);
        count(state, streams.at(stream), place == reached.end() ? 0 : place->second);
      }
    }
  }
  return std::move(state);
}

}  // namespace ordo::projections
