#include "cli/recorded_acts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

constexpr log::StreamName kAudit{log::StreamKind::audit, 0};

Result<log::Event> event_at(log::EventLog& log, std::uint64_t sequence) {
  const auto message = log.get(kAudit, sequence);
  if (!message) return tl::unexpected(message.error());
  auto run = log::decode_run(message->payload);
  if (!run) return tl::unexpected(run.error());
  if (run->events.size() != 1) return failure(FailureKind::corrupt, fmt::format("{}@{} holds no act", log::text(kAudit), sequence));
  return std::move(run->events.front());
}

// From the newest entry to the oldest: of each act, the end comes first.
void take(std::vector<RecordedAct>& acts, audit::OperatorActed said, Timestamp time) {
  const bool is_begin = said.stage == audit::Stage::begun;
  const auto known = std::ranges::find_if(acts, [&](const RecordedAct& act) { return act.last.act == said.act; });
  if (known == acts.end()) {
    acts.push_back({std::move(said), is_begin ? std::optional(time) : std::nullopt, is_begin ? std::nullopt : std::optional(time)});
  } else if (is_begin) {
    known->began = time;
  }
}

Timestamp time_of(const RecordedAct& act) { return act.began ? *act.began : *act.ended; }

Tone tone_of(const RecordedAct& act) {
  switch (act.last.stage) {
    case audit::Stage::begun: return Tone::warning;
    case audit::Stage::done: return Tone::good;
    case audit::Stage::failed: return Tone::bad;
  }
  return Tone::bad;
}

std::string outcome_of(const RecordedAct& act) {
  return act.ended ? act.last.outcome : "under way, or its command was killed: nothing more is recorded";
}

std::string json_of(const RecordedAct& act) {
  const auto& said = act.last;
  JsonText json;
  json.open_object().member("act_id", said.act.text());
  if (act.began) json.member("began_at", text(*act.began));
  if (act.ended) json.member("ended_at", text(*act.ended));
  json.member("actor", said.actor).member("action", said.action).member("arguments", said.arguments).member("reason", said.reason);
  return json.member("stage", audit::text(said.stage)).member("outcome", said.outcome).close_object().take();
}

std::string table_of(const std::vector<RecordedAct>& acts, bool coloured) {
  Table table{"TIME", "WHO", "WHAT", "STAGE", "OUTCOME", "WHY"};
  for (const auto& act : acts) {
    const auto& said = act.last;
    table.add({text(time_of(act)), said.actor, said.action + (said.arguments.empty() ? "" : " ") + said.arguments,
               Cell(audit::text(said.stage), tone_of(act)), outcome_of(act), said.reason});
  }
  return table.text(coloured);
}

}  // namespace

Result<std::vector<RecordedAct>> recorded_acts(log::EventLog& log, std::optional<Timestamp> since, std::size_t count_max) {
  const auto bounds = log.bounds(kAudit);
  if (!bounds) return tl::unexpected(bounds.error());
  std::vector<RecordedAct> acts;
  for (auto sequence = bounds->last_sequence; sequence >= std::max<std::uint64_t>(bounds->first_sequence, 1); --sequence) {
    auto event = event_at(log, sequence);
    if (!event) return tl::unexpected(event.error());
    if (since && event->time < *since) break;
    auto said = audit::decode(event->payload);
    if (!said) return tl::unexpected(said.error());
    take(acts, std::move(*said), event->time);
    // One more than wanted: the begin of the last one stands before it.
    if (count_max > 0 && acts.size() > count_max) {
      acts.pop_back();
      break;
    }
  }
  return acts;
}

std::string acts_text(const std::vector<RecordedAct>& acts, const std::string& output, bool coloured) {
  if (output == "table") return table_of(acts, coloured);
  if (output == "json") {
    JsonText json;
    json.open_array();
    for (const auto& act : acts) json.raw(json_of(act));
    return json.close_array().take() + '\n';
  }
  std::string lines;
  for (const auto& act : acts) lines += json_of(act) + '\n';
  return lines;
}

}  // namespace ordo::cli
