#include "command-side/runtime/journal.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

namespace ordo::runtime {
namespace {

// What an event takes beside its payload: ids, cause, time and field tags, rounded up.
constexpr std::size_t kEnvelopeBytes = 160;

}  // namespace

Journal::Journal(log::EventLog& log, log::StreamName stream, Clock& clock, NewEventId new_event_id, AckSink acks)
    : log_(log), stream_(stream), clock_(clock), new_event_id_(std::move(new_event_id)), acks_(std::move(acks)) {}

void Journal::begin_at(const StreamEnd& end) {
  end_ = end;
  checkpoints_ = end.checkpoints;
}

void Journal::folded(std::uint64_t sequence, const log::Run& run) {
  events_ += run.events.size();
  end_.sequence = sequence;
  if (!run.events.empty()) end_.run = run.events.front().id;
  for (const auto& [stream, position] : run.checkpoints) {
    end_.checkpoints[stream] = position;
    decided(stream, position);
  }
}

void Journal::decided(log::StreamKind input, log::Position position) {
  auto& checkpoint = checkpoints_[input];
  checkpoint = std::max(checkpoint, position);
}

void Journal::record(Decision decision, const log::Cause& cause, const log::Trace& trace) {
  const auto bytes = kEnvelopeBytes + decision.payload.bytes.size() + trace.correlation_id.size();
  const bool fits = !pending_.empty() && pending_.back().topic == decision.topic &&
                    pending_.back().bytes + bytes <= log::kRunBytesMax;
  if (!fits) {
    close_run();
    pending_.push_back({decision.topic, {}, 0});
  }
  auto& open = pending_.back();
  open.run.events.push_back({new_event_id_(), std::move(decision.payload), cause, trace, clock_.now(), {}});
  open.bytes += bytes;
  pending_bytes_ += bytes;
  ++events_;
}

// A closed run's checkpoint is exact: it covers what was decided up to the last of its events, and no event behind it.
void Journal::close_run() {
  if (!pending_.empty() && pending_.back().run.checkpoints.empty()) pending_.back().run.checkpoints = checkpoints_;
}

std::size_t Journal::flush() {
  if (!in_flight_.empty() || pending_.empty()) return 0;
  close_run();
  std::size_t events = 0;
  for (auto& open : pending_) {
    events += open.run.events.size();
    const auto sequence = end_.sequence + in_flight_.size() + 1;
    in_flight_.push_back({open.run.events.front().id, sequence, log::subject(open.topic, stream_.partition),
                          log::encode_run(open.run), std::move(open.run.checkpoints)});
  }
  pending_.clear();
  pending_bytes_ = 0;
  for (const auto& run : in_flight_) send(run);
  return events;
}

void Journal::send(const InFlight& run) {
  log_.append({stream_, run.subject, run.payload, run.sequence - 1},
              [sink = acks_, id = run.run](Result<std::uint64_t> outcome) { sink({id, std::move(outcome)}); });
}

Journal::Progress Journal::settled(const Ack& ack) {
  const auto run = std::ranges::find(in_flight_, ack.run, &InFlight::run);
  if (run == in_flight_.end() || !run->waiting) return Progress::done;
  run->waiting = false;
  run->stored = ack.outcome && *ack.outcome == run->sequence;
  if (!run->stored && !in_doubt_) {
    in_doubt_ = true;
    spdlog::warn("{}: append {} is in doubt: {}", log::text(stream_), run->sequence,
                 ack.outcome ? "stored at another sequence" : ack.outcome.error().text);
  }
  if (!all_acks_are_in()) return Progress::done;
  if (in_doubt_) return Progress::unknown;
  drop_stored();
  return Progress::done;
}

Journal::Progress Journal::resolve() {
  const auto bounds = log_.bounds(stream_);
  if (!bounds) return Progress::unknown;
  if (bounds->last_sequence < end_.sequence) return Progress::lost;
  for (auto& run : in_flight_) {
    if (run.sequence > bounds->last_sequence) {
      run.stored = false;
      continue;
    }
    const auto stored = log_.get(stream_, run.sequence);
    if (!stored) return Progress::unknown;
    // The payload holds random event ids: nobody else could have written the same bytes.
    if (stored->payload != run.payload) return Progress::fenced;
    run.stored = true;
  }
  drop_stored();
  // More in the stream than was ever sent from here: somebody else writes.
  if (bounds->last_sequence > end_.sequence) return Progress::fenced;
  in_doubt_ = false;
  for (auto& run : in_flight_) {
    run.waiting = true;
    send(run);
  }
  return in_flight_.empty() ? Progress::done : Progress::again;
}

Result<bool> Journal::is_overtaken() const {
  const auto bounds = log_.bounds(stream_);
  if (!bounds) return tl::unexpected(bounds.error());
  // What stands where a run of ours is to stand may be a stranger's as well.
  for (const auto& run : in_flight_) {
    if (run.sequence > bounds->last_sequence) return false;
    const auto stored = log_.get(stream_, run.sequence);
    if (!stored) return tl::unexpected(stored.error());
    if (stored->payload != run.payload) return true;
  }
  return bounds->last_sequence > end_.sequence + in_flight_.size();
}

void Journal::drop_stored() {
  while (!in_flight_.empty() && in_flight_.front().stored) {
    auto& run = in_flight_.front();
    end_ = {run.sequence, run.run, std::move(run.checkpoints)};
    in_flight_.pop_front();
  }
}

bool Journal::all_acks_are_in() const { return std::ranges::none_of(in_flight_, &InFlight::waiting); }

}  // namespace ordo::runtime
