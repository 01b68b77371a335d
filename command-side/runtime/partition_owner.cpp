#include "command-side/runtime/partition_owner.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "events/vocabulary/visit.hpp"

namespace ordo::runtime {
namespace {

using namespace std::chrono_literals;

// More than this decided but not yet stored: no further input until the log has caught up.
constexpr std::size_t kPendingBytesMax = 4 * 1024 * 1024;
constexpr auto kPatience = 50ms;

}  // namespace

PartitionOwner::PartitionOwner(log::EventLog& log, log::Partition partition, ContextFactory make_context, Clock& clock,
                               NewEventId new_event_id)
    : log_(log),
      partition_(partition),
      make_context_(std::move(make_context)),
      clock_(clock),
      new_event_id_(std::move(new_event_id)) {
  drop_everything();
}

PartitionOwner::~PartitionOwner() {
  mailbox_.close();
  readers_.clear();
}

void PartitionOwner::drop_everything() {
  // Readers may be blocked in the mailbox: let them go before they are waited for.
  mailbox_.close_input();
  readers_.clear();
  mailbox_.open_input();
  context_ = make_context_(mailbox_);
  output_ = {context_->output(), partition_};
  journal_ = std::make_unique<Journal>(log_, output_, clock_, new_event_id_, [this](Ack ack) { mailbox_.put(std::move(ack)); });
  phase_ = Phase::starting;
  doubt_ = false;
}

void PartitionOwner::start_folding() {
  const auto bounds = log_.bounds(output_);
  if (!bounds) {
    spdlog::warn("{}: cannot be folded yet: {}", log::text(output_), bounds.error().text);
    pausing_ = true;
    return;
  }
  fold_until_ = bounds->last_sequence;
  phase_ = Phase::folding;
  if (fold_until_ == 0) return start_running();
  readers_.push_back(log_.read(output_, 1, [this](log::StoredMessage message) { mailbox_.put(std::move(message)); }));
}

void PartitionOwner::start_running() {
  mailbox_.close_input();
  readers_.clear();
  mailbox_.open_input();
  phase_ = Phase::running;
  for (const auto kind : context_->inputs()) {
    const auto decided = journal_->checkpoints().find(kind);
    // The message of the checkpoint is read again: it may hold events behind the one that was decided last.
    const auto from = decided == journal_->checkpoints().end() ? 1 : decided->second.sequence;
    readers_.push_back(log_.read({kind, partition_}, from,
                                 [this](log::StoredMessage message) { mailbox_.put(std::move(message)); }));
  }
  spdlog::info("{}: folded up to {}, deciding", log::text(output_), journal_->last_sequence());
}

bool PartitionOwner::wants_input() const {
  if (phase_ == Phase::folding) return true;
  return phase_ == Phase::running && context_->wants_input() && journal_->pending_bytes() < kPendingBytesMax;
}

Result<void> PartitionOwner::step(std::chrono::milliseconds patience) {
  pausing_ = false;
  if (phase_ == Phase::starting) start_folding();
  for (auto& mail : mailbox_.take(wants_input(), patience)) {
    if (auto handled = handle(std::move(mail)); !handled) return handled;
  }
  if (doubt_) resolve_doubt();
  if (phase_ != Phase::running) return {};
  if (auto ticked = context_->tick(clock_.now()); !ticked) return ticked;
  journal_->flush();
  return {};
}

Result<void> PartitionOwner::handle(Mail mail) {
  return visit(
      mail,
      [this](const Ack& ack) -> Result<void> {
        if (journal_->settled(ack) == Journal::Progress::unknown) doubt_ = true;
        return {};
      },
      [this](const Note& note) -> Result<void> { return context_->noted(note.ticket, *journal_); },
      [this](const log::StoredMessage& message) -> Result<void> {
        if (phase_ == Phase::folding) return fold(message);
        return phase_ == Phase::running ? decide(message) : Result<void>{};
      });
}

void PartitionOwner::resolve_doubt() {
  switch (journal_->resolve()) {
    case Journal::Progress::done: doubt_ = false; return;
    case Journal::Progress::unknown: pausing_ = true; return;
    case Journal::Progress::fenced:
      spdlog::warn("{}: somebody else appends; dropping the state and folding again", log::text(output_));
      drop_everything();
      return;
  }
}

Result<void> PartitionOwner::fold(const log::StoredMessage& message) {
  if (message.stream != output_ || message.sequence > fold_until_) return {};
  const auto run = log::decode_run(message.payload);
  if (!run) return tl::unexpected(because(run.error(), message));
  for (const auto& event : run->events) {
    if (auto folded = context_->fold(event); !folded) return tl::unexpected(because(folded.error(), message));
  }
  journal_->folded(message.sequence, *run);
  if (message.sequence == fold_until_) start_running();
  return {};
}

Result<void> PartitionOwner::decide(const log::StoredMessage& message) {
  if (message.stream == output_) return {};
  auto run = log::decode_run(message.payload);
  if (!run) return tl::unexpected(because(run.error(), message));
  const auto kind = message.stream.kind;
  const auto decided = journal_->checkpoints().find(kind);
  const auto last = decided == journal_->checkpoints().end() ? log::Position{} : decided->second;
  std::uint32_t index = 0;
  for (auto& event : run->events) {
    const log::Position position{message.sequence, index++};
    if (position <= last) continue;
    if (auto taken = context_->take({kind, position, std::move(event)}, *journal_); !taken) {
      return tl::unexpected(because(taken.error(), message));
    }
  }
  return {};
}

Failure PartitionOwner::because(const Failure& failure, const log::StoredMessage& message) const {
  return {failure.kind, fmt::format("{}: at {} {}: {}", log::text(output_), log::text(message.stream), message.sequence,
                                    failure.text)};
}

OwnerThread::OwnerThread(std::unique_ptr<PartitionOwner> owner, std::function<void(const Failure&)> failed)
    : owner_(std::move(owner)), thread_([this, failed = std::move(failed)](std::stop_token stop) {
        while (!stop.stop_requested()) {
          if (const auto stepped = owner_->step(kPatience); !stepped) return failed(stepped.error());
          if (owner_->pausing()) std::this_thread::sleep_for(kPauseAfterFailure);
          running_ = owner_->running();
        }
      }) {}

OwnerThread::~OwnerThread() {
  thread_.request_stop();
  owner_->mailbox().close();
  if (thread_.joinable()) thread_.join();
}

}  // namespace ordo::runtime
