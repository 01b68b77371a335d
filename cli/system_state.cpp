#include "cli/system_state.hpp"

#include <algorithm>
#include <map>

namespace ordo::cli {
namespace {

// Where somebody is missed it is asked again, and waited for longer.
constexpr std::chrono::milliseconds kRepliesWindow{300};
constexpr std::chrono::milliseconds kRepliesWindowMax{2'000};

double seconds_since(Timestamp then, Timestamp now) {
  return static_cast<double>(std::max<std::int64_t>(now.unix_ms - then.unix_ms, 0)) / 1000;
}

Result<void> look_at_owners(const LookSettings& settings, SystemState& state) {
  for (const std::string_view role : kSharingRoles) {
    const auto entries = settings.leases.written_after(std::string(role), 0);
    if (!entries) return tl::unexpected(entries.error());
    std::map<log::InstanceId, double> renewed;
    std::vector<OwnerState> owners;
    for (const auto& entry : *entries) {
      const auto age = seconds_since(entry.written, state.at);
      const auto* presence = std::get_if<log::Presence>(&entry.content);
      if (presence != nullptr && !presence->leaving) renewed[presence->id] = age;
      if (const auto* lease = std::get_if<log::Lease>(&entry.content)) owners.push_back({std::string(role), *lease, age, {}});
    }
    for (auto& owner : owners) {
      if (const auto found = renewed.find(owner.lease.holder); found != renewed.end()) owner.renewed_s = found->second;
    }
    std::ranges::sort(owners, {}, [](const OwnerState& owner) { return owner.lease.partition; });
    std::ranges::move(owners, std::back_inserter(state.owners));
  }
  return {};
}

Result<void> look_at_streams(const LookSettings& settings, SystemState& state) {
  for (const auto kind : log::kStreamKinds) {
    for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
      const auto bounds = settings.log.bounds({kind, partition});
      if (!bounds) return tl::unexpected(bounds.error());
      state.streams.push_back({{kind, partition}, *bounds});
    }
  }
  return {};
}

// Since when the first message behind `reached` is there. What cannot be told is no trouble of this command.
double waiting_s(const LookSettings& settings, const Lag& lag, Timestamp now) {
  if (lag.behind() == 0) return 0;
  const auto message = settings.log.get(lag.input, lag.reached + 1);
  const auto run = message ? log::decode_run(message->payload) : tl::unexpected(message.error());
  return run && !run->events.empty() ? seconds_since(run->events.front().time, now) : 0;
}

std::uint64_t last_sequence_of(const SystemState& state, log::StreamName stream) {
  const auto found = std::ranges::find(state.streams, stream, &StreamState::stream);
  return found == state.streams.end() ? 0 : found->bounds.last_sequence;
}

// A zombie may report as well as its successor: whoever has come further counts.
void look_at_deciders(const LookSettings& settings, SystemState& state) {
  std::map<std::pair<std::string, log::StreamName>, std::uint64_t> reached;
  for (const auto& report : state.reports) {
    for (const auto& consumer : report.consumers) {
      auto& sequence = reached[{report.role, consumer.input}];
      sequence = std::max(sequence, consumer.consumed);
    }
  }
  for (const auto& [place, sequence] : reached) {
    const auto& [role, input] = place;
    Lag lag{role, input, sequence, last_sequence_of(state, input), 0};
    lag.waiting_s = waiting_s(settings, lag, state.at);
    state.deciders.push_back(std::move(lag));
  }
}

void look_at_lanes(const LookSettings& settings, SystemState& state) {
  auto lanes = settings.lanes();
  if (!lanes) {
    state.read_model_failure = lanes.error().text;
    return;
  }
  state.pauses = std::move(lanes->pauses);
  state.filling = std::move(lanes->filling);
  for (const auto& lane : lanes->lags) {
    Lag lag{"projection " + lane.lane, lane.stream, lane.reached, lane.last_sequence, 0};
    lag.waiting_s = waiting_s(settings, lag, state.at);
    lag.is_paused = std::ranges::find(state.pauses, lane.lane, &projections::Pause::lane) != state.pauses.end();
    state.lanes.push_back(std::move(lag));
  }
}

Result<void> gather_reports(const LookSettings& settings, SystemState& state, std::chrono::milliseconds window) {
  const auto replies = settings.roles.request_all(kRolesSubject, "", window);
  if (!replies) return tl::unexpected(replies.error());
  state.reports.clear();
  for (const auto& reply : *replies) {
    if (auto report = parse_report(reply)) state.reports.push_back(std::move(*report));
  }
  std::ranges::sort(state.reports, {}, [](const RoleReport& report) { return std::pair(report.role, report.instance); });
  return {};
}

bool answers(const SystemState& state, std::string_view role, std::string_view instance) {
  return std::ranges::any_of(state.reports, [&](const RoleReport& report) {
    return report.role == role && (instance.empty() || report.instance == instance);
  });
}

bool somebody_is_missed(const SystemState& state) {
  if (!answers(state, "gateway", "") || !answers(state, "identity", "")) return true;
  return std::ranges::any_of(state.owners, [&](const OwnerState& owner) {
    return owner.renewed_s && !answers(state, owner.role, owner.lease.holder_name);
  });
}

}  // namespace

Result<SystemState> look(const LookSettings& settings, Clock& clock) {
  SystemState state;
  state.partitions = settings.partitions;
  state.at = clock.now();
  const auto look_again = [&] {
    return somebody_is_missed(state) ? gather_reports(settings, state, kRepliesWindowMax) : Result<void>{};
  };
  return look_at_streams(settings, state)
      .and_then([&] { return look_at_owners(settings, state); })
      .and_then([&] { return gather_reports(settings, state, kRepliesWindow); })
      .and_then(look_again)
      .map([&] {
        look_at_deciders(settings, state);
        look_at_lanes(settings, state);
        return std::move(state);
      });
}

}  // namespace ordo::cli
