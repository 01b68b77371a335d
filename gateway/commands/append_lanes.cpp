#include "gateway/commands/append_lanes.hpp"

#include <algorithm>
#include <utility>

namespace ordo::commands {
namespace {

// What the envelope adds to a payload, generously: ids, trace, time, field tags.
constexpr std::size_t kEnvelopeBytes = 256;

std::size_t bytes_of(const log::Event& event) {
  return kEnvelopeBytes + event.payload.type.size() + event.payload.bytes.size() + event.trace.correlation_id.size() +
         event.trace.traceparent.size();
}

Failure given_up(bool may_be_stored) {
  if (may_be_stored) return {FailureKind::timeout, "the log did not acknowledge the command in time"};
  return {FailureKind::unavailable, "the log did not take the command in time"};
}

}  // namespace

bool AppendLanes::submit(Command& command, CommandSettled& settled, Instant now) {
  const auto bytes = bytes_of(command.event);
  if (command_count_ >= limits_.commands_max || byte_count_ + bytes > limits_.bytes_max) return false;
  ++command_count_;
  byte_count_ += bytes;
  auto& state = lanes_.try_emplace({command.partition, command.topic}, Pace(limits_.pace)).first->second;
  state.waiting.push_back({std::move(command.event), std::move(settled), now + limits_.total_limit, bytes});
  return true;
}

void AppendLanes::start_run(const Lane& lane, LaneState& state, Instant now) const {
  auto& run = state.under_way.emplace();
  run.given_up_at = state.waiting.front().given_up_at;
  run.send_at = now;
  log::Run events;
  while (!state.waiting.empty()) {
    auto& next = state.waiting.front();
    if (!events.events.empty() && run.bytes + next.bytes > log::kRunBytesMax) break;
    run.bytes += next.bytes;
    events.events.push_back(std::move(next.event));
    run.settled.push_back(std::move(next.settled));
    state.waiting.pop_front();
  }
  run.request = {{log::stream_of(lane.topic), lane.partition}, log::subject(lane.topic, lane.partition),
                 log::encode_run(events), std::nullopt};
  const auto rest = state.pace.rest_after(run.settled.size(), now);
  if (rest > std::chrono::microseconds(0) && state.waiting.empty()) state.rests_until = now + rest;
}

std::vector<AppendLanes::Append> AppendLanes::due(Instant now) {
  std::vector<Append> appends;
  for (auto& [lane, state] : lanes_) {
    if (state.rests_until <= now) state.rests_until = {};
    if (!state.under_way && !state.waiting.empty() && state.rests_until == Instant{}) start_run(lane, state, now);
    if (!state.under_way || state.under_way->sent || state.under_way->send_at > now) continue;
    state.under_way->sent = true;
    ++state.under_way->attempts;
    appends.push_back({lane, state.under_way->request});
  }
  return appends;
}

std::vector<AppendLanes::Settlement> AppendLanes::settle(const Lane& lane, const Result<std::uint64_t>& outcome,
                                                         Instant now) {
  std::vector<Settlement> out;
  auto& state = lanes_.at(lane);
  if (!state.under_way || !state.under_way->sent) return out;
  auto& run = *state.under_way;
  if (outcome) {
    settle_stored(state, *outcome, out);
  } else if (!outcome.error().retryable()) {
    retire(state, out, outcome.error());
  } else if (std::ranges::none_of(run.settled, [](const auto& settled) { return static_cast<bool>(settled); })) {
    retire(state, out, outcome.error());  // all of it was given up meanwhile
  } else {
    run.sent = false;
    run.unknown = run.unknown || outcome.error().kind == FailureKind::timeout;
    run.send_at = now + retry_delay(run.attempts);
  }
  return out;
}

void AppendLanes::settle_stored(LaneState& state, std::uint64_t sequence, std::vector<Settlement>& out) {
  auto& run = *state.under_way;
  for (std::uint32_t index = 0; index < run.settled.size(); ++index) {
    if (!run.settled[index]) continue;
    out.push_back({std::move(run.settled[index]), log::StreamPosition{run.request.stream, {sequence, index}}});
  }
  forget(run.settled.size(), run.bytes);
  state.under_way.reset();
}

void AppendLanes::retire(LaneState& state, std::vector<Settlement>& out, const Failure& failure) {
  auto& run = *state.under_way;
  for (auto& settled : run.settled) {
    if (settled) out.push_back({std::exchange(settled, nullptr), tl::unexpected(failure)});
  }
  forget(run.settled.size(), run.bytes);
  state.under_way.reset();
}

void AppendLanes::forget(std::size_t commands, std::size_t bytes) {
  command_count_ -= commands;
  byte_count_ -= bytes;
}

std::vector<AppendLanes::Settlement> AppendLanes::expire(Instant now) {
  std::vector<Settlement> out;
  for (auto& [lane, state] : lanes_) {
    expire_waiting(state, now, out);
    if (!state.under_way || state.under_way->given_up_at > now) continue;
    auto& run = *state.under_way;
    const auto failure = given_up(run.sent || run.unknown);
    if (!run.sent) {
      retire(state, out, failure);
      continue;
    }
    // The lane rests until the log has settled the append; only those who wait are let go.
    for (auto& settled : run.settled) {
      if (settled) out.push_back({std::exchange(settled, nullptr), tl::unexpected(failure)});
    }
  }
  return out;
}

void AppendLanes::expire_waiting(LaneState& state, Instant now, std::vector<Settlement>& out) {
  while (!state.waiting.empty() && state.waiting.front().given_up_at <= now) {
    auto& oldest = state.waiting.front();
    out.push_back({std::move(oldest.settled), tl::unexpected(given_up(false))});
    forget(1, oldest.bytes);
    state.waiting.pop_front();
  }
}

std::vector<AppendLanes::Settlement> AppendLanes::abandon() {
  std::vector<Settlement> out;
  for (auto& [lane, state] : lanes_) {
    expire_waiting(state, Instant::max(), out);
    if (state.under_way) retire(state, out, given_up(state.under_way->sent || state.under_way->unknown));
  }
  return out;
}

std::optional<Instant> AppendLanes::next_due() const {
  std::optional<Instant> next;
  const auto consider = [&next](Instant at) { next = next ? std::min(*next, at) : at; };
  for (const auto& [lane, state] : lanes_) {
    if (!state.waiting.empty()) consider(state.under_way ? state.waiting.front().given_up_at : state.rests_until);
    // What comes while the lane rests is left to whoever wakes then.
    if (!state.under_way && state.rests_until != Instant{}) consider(state.rests_until);
    if (!state.under_way) continue;
    if (!state.under_way->sent) consider(state.under_way->send_at);
    const auto& settled = state.under_way->settled;
    if (std::ranges::any_of(settled, [](const auto& one) { return static_cast<bool>(one); })) {
      consider(state.under_way->given_up_at);
    }
  }
  return next;
}

std::chrono::milliseconds AppendLanes::retry_delay(int attempts) const {
  auto delay = limits_.retry_after_min;
  for (int doubled = 1; doubled < attempts && delay < limits_.retry_after_max; ++doubled) delay *= 2;
  return std::min(delay, limits_.retry_after_max);
}

}  // namespace ordo::commands
