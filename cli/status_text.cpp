#include "cli/status_text.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cli/filling_text.hpp"
#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

std::string seconds_text(double seconds) { return fmt::format("{:.1f} s", seconds); }

// "3 s", "12 min", "5 h", "9 days"
std::string age_text(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7'200) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 172'800) return fmt::format("{:.0f} h", seconds / 3'600);
  return fmt::format("{:.0f} days", seconds / 86'400);
}

double seconds_between(Timestamp from, Timestamp to) {
  return static_cast<double>(std::max<std::int64_t>(to.unix_ms - from.unix_ms, 0)) / 1'000;
}

Tone tone_of(Health health) {
  switch (health) {
    case Health::healthy: return Tone::good;
    case Health::degraded: return Tone::warning;
    case Health::down: return Tone::bad;
  }
  return Tone::bad;
}

std::string head_text(const std::vector<Trouble>& troubles, Timestamp at, bool coloured) {
  const auto health = health_of(troubles);
  auto out = fmt::format("{} at {}\n", painted(text(health), tone_of(health), coloured), text(at));
  for (const auto& trouble : troubles) out += fmt::format("  {}\n", painted(trouble.what, tone_of(trouble.health), coloured));
  return out;
}

// Beside what serves.
std::string rebuild_text(const SystemState& state) {
  return state.filling ? fmt::format("rebuild: {} is {}\n\n", projections::kBuilding, filling_text(*state.filling)) : "";
}

std::string json_of(const projections::FillingState& filling) {
  JsonText json;
  json.open_object().member("rebuild", projections::kBuilding);
  write_filling(json, filling);
  return json.close_object().take();
}

// One process, as far as anything is known of it.
struct Instance {
  const RoleReport* report = nullptr;
  std::set<log::Partition> partitions;
  std::optional<double> renewed_s;
  std::uint64_t behind = 0;
};

// Those that answer, and those that hold leases.
std::map<std::pair<std::string, std::string>, Instance> instances_of(const SystemState& state) {
  std::map<std::pair<std::string, std::string>, Instance> instances;
  for (const auto& report : state.reports) instances[{report.role, report.instance}].report = &report;
  for (const auto& owner : state.owners) {
    if (!owner.renewed_s) continue;
    auto& instance = instances[{owner.role, owner.lease.holder_name}];
    instance.partitions.insert(owner.lease.partition);
    instance.renewed_s = owner.renewed_s;
  }
  for (auto& [name, instance] : instances) {
    for (const auto& lag : state.deciders) {
      if (lag.reader == name.first && instance.partitions.contains(lag.input.partition)) instance.behind += lag.behind();
    }
  }
  return instances;
}

std::string instances_text(const SystemState& state, bool coloured) {
  Table table{"ROLE", "INSTANCE", "VERSION", ">UP", "PARTITIONS", ">RENEWED", ">BEHIND"};
  for (const auto& [name, instance] : instances_of(state)) {
    const auto& [role, own] = name;
    const auto* report = instance.report;
    const auto behind = Cell(std::to_string(instance.behind), instance.behind > 0 ? Tone::warning : Tone::plain);
    table.add({role, own, report == nullptr ? Cell("no answer", Tone::warning) : Cell(report->version),
               report == nullptr ? "" : age_text(seconds_between(report->started, report->now)),
               fmt::format("{}", fmt::join(instance.partitions, " ")), instance.renewed_s ? seconds_text(*instance.renewed_s) + " ago" : "",
               output_of(role) && report != nullptr ? behind : Cell("")});
  }
  return table.text(coloured);
}

// The partitions of a stream together.
std::string streams_text(const SystemState& state, bool coloured) {
  Table table{"STREAM", ">PARTITIONS", ">MESSAGES", ">FORGOTTEN"};
  for (const auto kind : log::kStreamKinds) {
    std::uint64_t last = 0, forgotten = 0, partitions = 0;
    for (const auto& [stream, bounds] : state.streams) {
      if (stream.kind != kind) continue;
      ++partitions;
      last += bounds.last_sequence;
      forgotten += bounds.first_sequence - 1;
    }
    table.add({log::text(kind), std::to_string(partitions), std::to_string(last), std::to_string(forgotten)});
  }
  return table.text(coloured);
}

// The partitions of a reader's input together.
std::string lags_text(const std::vector<Lag>& lags, bool coloured) {
  Table table{"READER", "STREAM", ">BEHIND", ">FOR"};
  std::map<std::pair<std::string, log::StreamKind>, std::pair<std::uint64_t, double>> sums;
  std::set<std::string> paused;
  for (const auto& lag : lags) {
    if (lag.is_paused) paused.insert(lag.reader);
    auto& [behind, waiting_s] = sums[{lag.reader, lag.input.kind}];
    behind += lag.behind();
    waiting_s = std::max(waiting_s, lag.waiting_s);
  }
  for (const auto& [reader, sum] : sums) {
    const auto tone = sum.first > 0 ? Tone::warning : Tone::plain;
    table.add({reader.first, log::text(reader.second), Cell(std::to_string(sum.first), tone),
               paused.contains(reader.first) ? Cell("paused", Tone::warning) : Cell(seconds_text(sum.second), tone)});
  }
  return table.text(coloured);
}

std::string every_owner_text(const SystemState& state, bool coloured) {
  Table table{"ROLE", ">PARTITION", ">TERM", ">HELD FOR", ">RENEWED", "OWNER"};
  for (const auto& owner : state.owners) {
    const auto& lease = owner.lease;
    const bool live = owner.renewed_s.has_value();
    table.add({owner.role, std::to_string(lease.partition), std::to_string(lease.term), live ? seconds_text(owner.held_s) : "-",
               live ? seconds_text(*owner.renewed_s) + " ago" : "-", live ? Cell(lease.holder_name) : Cell("nobody", Tone::warning)});
  }
  return table.text(coloured);
}

std::string every_stream_text(const SystemState& state, bool coloured) {
  Table table{"STREAM", ">FIRST MESSAGE", ">LAST MESSAGE"};
  for (const auto& [stream, bounds] : state.streams) {
    table.add({log::text(stream), std::to_string(bounds.first_sequence), std::to_string(bounds.last_sequence)});
  }
  return table.text(coloured);
}

std::string every_lag_text(const std::vector<Lag>& lags, bool coloured) {
  Table table{"READER", "STREAM", ">REACHED", ">LAST", ">BEHIND", ">FOR"};
  for (const auto& lag : lags) {
    table.add({lag.reader, log::text(lag.input), std::to_string(lag.reached), std::to_string(lag.last_sequence),
               std::to_string(lag.behind()), seconds_text(lag.waiting_s)});
  }
  return table.text(coloured);
}

void write(JsonText& json, const Trouble& trouble) {
  json.open_object().member("health", text(trouble.health)).member("what", trouble.what).close_object();
}

void write_health(JsonText& json, const SystemState& state) {
  const auto troubles = troubles_of(state);
  json.member("health", text(health_of(troubles))).member("at", text(state.at)).key("troubles").open_array();
  for (const auto& trouble : troubles) write(json, trouble);
  json.close_array();
}

std::string json_of(const RoleReport& report) {
  JsonText json;
  json.open_object().member("instance", report.instance).member("of_role", report.role).member("version", report.version);
  return json.member("started_at", text(report.started)).close_object().take();
}

std::string json_of(const OwnerState& owner) {
  JsonText json;
  json.open_object().member("role", owner.role).member("partition", owner.lease.partition).member("term", owner.lease.term);
  if (owner.renewed_s) {
    json.member("owner", owner.lease.holder_name).raw_member("held_s", fmt::format("{:.1f}", owner.held_s));
    json.raw_member("renewed_s", fmt::format("{:.1f}", *owner.renewed_s));
  }
  return json.close_object().take();
}

std::string json_of(const StreamState& state) {
  JsonText json;
  json.open_object().member("stream", log::text(state.stream)).member("first_sequence", state.bounds.first_sequence);
  return json.member("last_sequence", state.bounds.last_sequence).close_object().take();
}

std::string json_of(const Lag& lag) {
  JsonText json;
  json.open_object().member("reader", lag.reader).member("input", log::text(lag.input)).member("reached", lag.reached);
  json.member("last", lag.last_sequence).member("behind", lag.behind()).raw_member("waiting_s", fmt::format("{:.1f}", lag.waiting_s));
  if (lag.is_paused) json.member("paused", true);
  return json.close_object().take();
}

template <class Item>
void write_all(JsonText& json, std::string_view name, const std::vector<Item>& items) {
  json.key(name).open_array();
  for (const auto& item : items) json.raw(json_of(item));
  json.close_array();
}

template <class Item>
std::string lines_of(const std::vector<Item>& items) {
  std::string lines;
  for (const auto& item : items) lines += json_of(item) + '\n';
  return lines;
}

}  // namespace

std::string status_text(const SystemState& state, bool all, bool coloured) {
  const auto head = head_text(troubles_of(state), state.at, coloured);
  auto lags = state.deciders;
  lags.insert(lags.end(), state.lanes.begin(), state.lanes.end());
  auto out = head + '\n' + rebuild_text(state) + instances_text(state, coloured) + '\n';
  if (!all) return out + streams_text(state, coloured) + '\n' + lags_text(lags, coloured);
  return out + every_owner_text(state, coloured) + '\n' + every_stream_text(state, coloured) + '\n' + every_lag_text(lags, coloured);
}

std::string status_json(const SystemState& state) {
  JsonText json;
  write_health(json.open_object(), state);
  write_all(json, "instances", state.reports);
  write_all(json, "owners", state.owners);
  write_all(json, "streams", state.streams);
  write_all(json, "deciders", state.deciders);
  write_all(json, "lanes", state.lanes);
  if (state.filling) json.key("rebuild").raw(json_of(*state.filling));
  return json.close_object().take() + '\n';
}

std::string status_lines(const SystemState& state) {
  JsonText json;
  write_health(json.open_object(), state);
  return json.close_object().take() + '\n' + lines_of(state.reports) + lines_of(state.owners) + lines_of(state.streams) +
         lines_of(state.deciders) + lines_of(state.lanes) + (state.filling ? json_of(*state.filling) + '\n' : "");
}

std::string down_text(const std::string& why, bool coloured) {
  return fmt::format("{}\n  {}\n", painted("down", Tone::bad, coloured), why);
}

std::string down_json(const std::string& why) {
  JsonText json;
  json.open_object().member("health", text(Health::down)).key("troubles").open_array();
  write(json, {Health::down, why});
  return json.close_array().close_object().take() + '\n';
}

}  // namespace ordo::cli
