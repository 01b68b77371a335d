#include "command-side/runtime/partition_owner.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "events/vocabulary/visit.hpp"

namespace ordo::runtime {
namespace {

// More than this decided but not yet stored: no further input until the log has caught up.
constexpr std::size_t kPendingBytesMax = 4 * 1024 * 1024;
// After so many events acks and appends get their turn.
constexpr int kEventsPerStepMax = 1'000;

}  // namespace

PartitionOwner::PartitionOwner(log::EventLog& log, log::Partition partition, ContextFactory make_context, Clock& clock,
                               NewEventId new_event_id, Snapshots snapshots)
    : log_(log),
      partition_(partition),
      make_context_(std::move(make_context)),
      clock_(clock),
      new_event_id_(std::move(new_event_id)),
      mailbox_(std::make_shared<Mailbox>()),
      snapshots_(snapshots),
      keeping_(snapshots) {
  drop_everything();
}

PartitionOwner::~PartitionOwner() {
  mailbox_->close();
  folding_.reset();
  sources_.clear();
}

void PartitionOwner::drop_everything() {
  // Readers may be blocked in the mailbox: let them go before they are waited for.
  mailbox_->close_streams();
  folding_.reset();
  sources_.clear();
  context_ = make_context_(*mailbox_);
  output_ = {context_->output(), partition_};
  pace_ = Pace(context_->pace());
  journal_ = std::make_unique<Journal>(log_, output_, clock_, new_event_id_,
                                       [mailbox = mailbox_](Ack ack) { mailbox->put(std::move(ack)); });
  deciding_.emplace(*context_, *journal_, clock_);
  keeping_ = SnapshotKeeping(snapshots_);
  phase_ = Phase::folding, doubt_ = false;
}

void PartitionOwner::start_over() {
  spdlog::warn("{}: fenced off, somebody else appends; dropping the state", log::text(output_));
  fenced_ = true;
  drop_everything();
  back_off();
}

void PartitionOwner::back_off() {
  pause_ = std::min(kPauseMin * (1 << std::min(failures_in_row_, 10)), kPauseMax);
  ++failures_in_row_;
}

Result<void> PartitionOwner::step(std::chrono::milliseconds patience) {
  pause_ = {}, appended_ = 0;
  mailbox_->wait(wanted_streams(), has_input_at_hand() ? std::chrono::milliseconds(0) : patience);
  for (const auto& notice : mailbox_->take_notices()) {
    if (auto handled = handle(notice); !handled) return handled;
  }
  if (doubt_) {
    if (auto resolved = resolve_doubt(); !resolved) return resolved;
  }
  // What was decided in ignorance of a stranger's events could look like a damaged log.
  if (doubt_) return {};
  if (ending_ && phase_ != Phase::running) return {};
  if (phase_ == Phase::folding) return fold();
  if (phase_ == Phase::opening) return open_inputs();
  take_snapshot_if_due();
  if (auto decided = decide_some(); !decided) return decided;
  if (phase_ != Phase::running) return {};
  if (!ending_) {
    if (auto ticked = context_->tick(clock_.now()); !ticked) return ticked;
  }
  appended_ = journal_->flush();
  return {};
}

Result<void> PartitionOwner::fold() {
  if (!folding_) {
    mailbox_->close_streams();
    folding_.emplace(log_, output_, *mailbox_, keeping_);
  }
  const auto folded = folding_->step(*context_, deciding_->parking(), *journal_, kEventsPerStepMax);
  if (!folded) return retry_later(folded.error());
  if (!*folded) return {};
  mailbox_->close_streams();
  folding_.reset();
  phase_ = Phase::opening;
  return {};
}

Result<void> PartitionOwner::retry_later(const Failure& failure) {
  if (!failure.retryable()) return tl::unexpected(failure);
  if (failures_in_row_ == 0) spdlog::warn("{}: waiting: {}", log::text(output_), failure.text);
  back_off();
  return {};
}

Result<void> PartitionOwner::open_inputs() {
  mailbox_->close_streams();
  sources_.clear();
  std::vector kinds(context_->inputs().begin(), context_->inputs().end());
  kinds.push_back(log::StreamKind::operations);
  for (const auto kind : kinds) {
    const auto decided = journal_->checkpoints().find(kind);
    sources_.push_back({Inlet(log_, {kind, partition_}, *mailbox_), {}, {}});
    const auto opened = sources_.back().inlet.open(decided == journal_->checkpoints().end() ? log::Position{} : decided->second);
    if (opened) continue;
    const bool may_come_back = opened.error().kind == FailureKind::corrupt && ++losses_in_row_ < kLossesMax;
    return retry_later(may_come_back ? Failure{FailureKind::unavailable, opened.error().text} : opened.error());
  }
  failures_in_row_ = 0;
  losses_in_row_ = 0;
  phase_ = Phase::running;
  spdlog::info("{}: folded up to {}, deciding", log::text(output_), journal_->last_sequence());
  return {};
}

Result<void> PartitionOwner::handle(const Notice& notice) {
  return visit(
      notice,
      [this](const Ack& ack) -> Result<void> {
        const auto before = journal_->last_sequence();
        if (journal_->settled(ack) == Journal::Progress::unknown) doubt_ = true;
        if (journal_->last_sequence() > before) failures_in_row_ = 0;
        return {};
      },
      [this](const Note&) -> Result<void> { return context_->noted(*journal_); });
}

Result<void> PartitionOwner::resolve_doubt() {
  const auto progress = journal_->resolve();
  if (progress != Journal::Progress::lost) losses_in_row_ = 0;
  switch (progress) {
    case Journal::Progress::again: back_off(); [[fallthrough]];
    case Journal::Progress::done: doubt_ = false; return {};
    case Journal::Progress::unknown: back_off(); return {};
    case Journal::Progress::lost:
      back_off();
      if (++losses_in_row_ < kLossesMax) return {};
      return failure(FailureKind::corrupt, fmt::format("{} ends before {}, which it has acknowledged: the log has lost messages; restore "
                                                       "it from a backup", log::text(output_), journal_->last_sequence()));
    case Journal::Progress::fenced: start_over(); return {};
  }
  return {};
}

bool PartitionOwner::wants_input() const {
  return phase_ == Phase::running && !ending_ && !doubt_ && context_->wants_input() &&
         journal_->pending_bytes() < kPendingBytesMax && !keeping_.is_due(*journal_);
}

bool PartitionOwner::has_input_at_hand() const {
  if (phase_ == Phase::folding) return !folding_ || folding_->has_events_at_hand();
  if (phase_ != Phase::running) return true;
  const auto is_at_hand = [](const Source& source) { return source.needs.empty() && source.inlet.is_in_message(); };
  return wants_input() && std::ranges::any_of(sources_, is_at_hand);
}

std::vector<log::StreamName> PartitionOwner::wanted_streams() const {
  if (phase_ == Phase::folding) return {output_};
  std::vector<log::StreamName> wanted;
  if (!wants_input()) return wanted;
  for (const auto& source : sources_) {
    if (source.needs.empty()) wanted.push_back(source.inlet.stream());
  }
  return wanted;
}

Result<void> PartitionOwner::decide_some() {
  int budget = kEventsPerStepMax;
  for (bool moved = true; moved && budget > 0;) {
    moved = false;
    for (auto& source : sources_) {
      const auto decided = decide_from(source, budget);
      if (!decided) return tl::unexpected(decided.error());
      // Fenced, and everything dropped.
      if (phase_ != Phase::running) return {};
      moved = moved || *decided;
    }
  }
  return {};
}

Result<bool> PartitionOwner::decide_from(Source& source, int& budget) {
  bool moved = false;
  for (; budget > 0 && wants_input(); --budget) {
    const auto next = source.inlet.peek();
    if (!next) return tl::unexpected(next.error());
    if (!*next) break;
    const Input input{source.inlet.stream().kind, (*next)->position, *(*next)->event};
    if (const auto decided = decide(source, input); !decided) {
      const auto parked = park_unless_fenced(source, decided.error(), input);
      if (!parked || !*parked) return parked;
    }
    if (!source.needs.empty()) break;
    pop(source);
    moved = true;
  }
  return moved;
}

Result<void> PartitionOwner::decide(Source& source, const Input& input) {
  if (source.next != input.position) {
    if (auto learned = learn_needs(source, input); !learned) return learned;
    source.next = input.position;
  }
  std::erase_if(source.needs, [this](const Need& need) { return is_met(need); });
  return source.needs.empty() ? deciding_->take(input) : Result<void>{};
}

Result<void> PartitionOwner::learn_needs(Source& source, const Input& input) {
  source.needs.clear();
  const auto& cause = input.event.cause;
  if (cause && cause->stream != input.stream) source.needs.push_back({cause->stream, cause->position.sequence});
  const auto first = deciding_->wants_first(input);
  if (!first) return tl::unexpected(first.error());
  if (!*first) return {};
  const auto bounds = log_.bounds({**first, partition_});
  if (!bounds) return tl::unexpected(bounds.error());
  source.needs.push_back({**first, bounds->last_sequence});
  return {};
}

bool PartitionOwner::is_met(const Need& need) {
  const auto source =
      std::ranges::find(sources_, need.stream, [](const Source& candidate) { return candidate.inlet.stream().kind; });
  if (source == sources_.end() || source->inlet.consumed() >= need.sequence) return true;
  // What COMMANDS has forgotten never comes.
  if (const auto now = clock_.now(); now.unix_ms / 1'000 != looked_at_.unix_ms / 1'000) {
    looked_at_ = now;
    source->inlet.look_for_lost_beginning();
  }
  return source->inlet.consumed() >= need.sequence;
}

void PartitionOwner::pop(Source& source) {
  source.inlet.pop();
  source.next.reset();
}

Result<bool> PartitionOwner::park_unless_fenced(Source& source, const Failure& failure, const Input& input) {
  const auto later = [this](const Failure& why) { return retry_later(why).map([] { return false; }); };
  if (failure.retryable()) return later(failure);
  // With old state a healthy log looks damaged: a payment, say, of an order that only the new owner knows.
  const auto overtaken = journal_->is_overtaken();
  if (!overtaken) return later(overtaken.error());
  if (*overtaken) {
    start_over();
    return false;
  }
  const auto pause = deciding_->failed(input, failure);
  if (!pause) {
    return ordo::failure(pause.error().kind, fmt::format("{}: at {} {}: {}", log::text(output_),
                                                         log::text(log::StreamName{input.stream, partition_}), input.position.sequence,
                                                         pause.error().text));
  }
  source.needs.clear();
  if (*pause) pause_ = **pause;
  return !*pause;
}

void PartitionOwner::take_snapshot_if_due() {
  if (is_settled() && keeping_.is_due(*journal_)) keeping_.take(*context_, deciding_->parking(), *journal_, output_, clock_.now());
}

void PartitionOwner::leave_snapshot() {
  if (is_settled() && keeping_.is_news(*journal_)) keeping_.take(*context_, deciding_->parking(), *journal_, output_, clock_.now());
}

void PartitionOwner::wind_up() {
  ending_ = true;
  if (phase_ == Phase::running) context_->wind_up(*journal_);
}

Consumed PartitionOwner::consumed() const {
  Consumed consumed;
  if (phase_ != Phase::running) return consumed;
  for (const auto& source : sources_) consumed[source.inlet.stream()] = source.inlet.consumed();
  return consumed;
}

bool PartitionOwner::wound_up() const {
  return phase_ != Phase::running || (!doubt_ && !context_->is_busy() && journal_->idle());
}

}  // namespace ordo::runtime
