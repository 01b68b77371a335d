#include "command-side/runtime/inlet.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ordo::runtime {

Result<void> Inlet::open(log::Position decided) {
  const auto bounds = log_.bounds(stream_);
  if (!bounds) return tl::unexpected(bounds.error());
  if (bounds->last_sequence < decided.sequence) {
    return failure(FailureKind::corrupt,
                   fmt::format("{} ends at {}, but {} was decided already: the log has lost messages; restore it from a backup",
                               log::text(stream_), bounds->last_sequence, decided.sequence));
  }
  decided_ = decided;
  // The message of the checkpoint is read again: it may hold events behind the one that was decided last.
  const auto from = std::max<std::uint64_t>(decided.sequence, 1);
  consumed_ = from - 1;
  if (stream_.kind == log::StreamKind::commands) consumed_ = std::max(consumed_, bounds->first_sequence - 1);
  mailbox_.open(stream_);
  reader_ = log_.read(stream_, from, [&mailbox = mailbox_](log::StoredMessage message) { mailbox.put(std::move(message)); });
  return {};
}

Result<void> Inlet::check_follows(std::uint64_t sequence) const {
  if (sequence == consumed_ + 1 || (stream_.kind == log::StreamKind::commands && sequence > consumed_)) return {};
  return failure(FailureKind::corrupt, fmt::format("{} goes on with {} behind {}: the log has lost messages; restore it from a backup",
                                                   log::text(stream_), sequence, consumed_));
}

Result<std::optional<Inlet::Next>> Inlet::peek() {
  while (true) {
    if (!run_) {
      const auto message = mailbox_.take(stream_);
      if (!message) return std::nullopt;
      if (auto follows = check_follows(message->sequence); !follows) return tl::unexpected(follows.error());
      auto run = log::decode_run(message->payload);
      if (!run) {
        return failure(run.error().kind, fmt::format("at {} {}: {}", log::text(stream_), message->sequence, run.error().text));
      }
      run_ = std::move(*run);
      sequence_ = message->sequence;
      index_ = 0;
    }
    while (index_ < run_->events.size() && log::Position{sequence_, index_} <= decided_) ++index_;
    if (index_ < run_->events.size()) return Next{{sequence_, index_}, &run_->events[index_]};
    run_.reset();
    consumed_ = sequence_;
  }
}

void Inlet::pop() {
  if (++index_ < run_->events.size()) return;
  run_.reset();
  consumed_ = sequence_;
}

void Inlet::look_for_lost_beginning() {
  if (stream_.kind != log::StreamKind::commands) return;
  if (const auto bounds = log_.bounds(stream_)) gone_ = bounds->first_sequence - 1;
}

}  // namespace ordo::runtime
