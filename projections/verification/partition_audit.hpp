#pragma once
// Purpose: a second opinion on one partition's log: takes its messages, causes before effects, and holds them against the rules that
//          the deciders promise, with code of its own.
// Errors:  a finding is the first contradiction; after one the audit of this partition is over. A failure means that the log could not
//          be asked.
// Memory:  that of its parts: about 100 bytes per order, 80 per wallet, 25 per top-up and per letter of this partition.
// Threads: one.

#include <map>
#include <optional>

#include "events/log/event_log.hpp"
#include "projections/verification/causes.hpp"
#include "projections/verification/finding.hpp"
#include "projections/verification/letter_histories.hpp"
#include "projections/verification/order_histories.hpp"
#include "projections/verification/parked_histories.hpp"

namespace ordo::projections {

class PartitionAudit {
 public:
  PartitionAudit(log::Partition partition, log::Partition partitions, Causes::Lookup lookup);

  // The stream's oldest message that is left has this sequence; 1 unless said.
  void begin(log::StreamKind stream, std::uint64_t first_sequence) { reached_[stream] = first_sequence - 1; }

  // Whether this is the stream's next message.
  [[nodiscard]] std::optional<Finding> check_place(const log::StoredMessage& message) const;

  // The first message that must be taken before this run; nothing when the run may be taken now.
  struct Need {
    log::StreamKind stream;
    std::uint64_t sequence;
  };
  [[nodiscard]] std::optional<Need> need_of(const log::Run& run) const;

  // Requires: it is the stream's next one, and nothing is needed before it.
  [[nodiscard]] Result<std::optional<Finding>> take(const log::StoredMessage& message, const log::Run& run);

  // What can only be said when all is taken.
  [[nodiscard]] std::optional<Finding> conclude() const;
  // For people; may be empty.
  [[nodiscard]] std::string remark() const { return parked_.text(); }

  [[nodiscard]] std::uint64_t reached(log::StreamKind stream) const;
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] const Books& books() const { return books_; }

 private:
  using Verdict = Result<MaybeContradiction>;
  struct Place {
    log::StreamKind stream;
    log::Position position;
    const log::Event& event;
  };

  [[nodiscard]] MaybeContradiction check_run(log::StreamKind output, const log::Run& run) const;
  void note_checkpoints(log::StreamKind output, const log::Checkpoints& checkpoints);
  // Of the context that appends to `output`, in its last run; 0.0 before there is any.
  [[nodiscard]] log::Position decided(log::StreamKind output, log::StreamKind input) const;

  [[nodiscard]] Verdict add(const Place& place);
  [[nodiscard]] Verdict add_command(const Place& place);
  [[nodiscard]] Verdict add_order(const Place& place);
  [[nodiscard]] Verdict add_billing(const Place& place);
  [[nodiscard]] Verdict add_letter(const Place& place);
  [[nodiscard]] Verdict add_parking(const Place& place);
  // No contradiction if an owner is to park it.
  [[nodiscard]] Verdict add_unread(const Place& place, const Failure& reason);
  // What is checked of every event; it then may be named as a cause.
  [[nodiscard]] Verdict add_envelope(const Place& place, UserId user, const IdBytes& about);

  log::Partition partition_;
  log::Partition partitions_;
  std::map<log::StreamKind, std::uint64_t> reached_;
  std::map<log::StreamKind, log::Checkpoints> checkpoints_;  // by output stream, of its last run
  Causes causes_;
  Books books_;
  OrderHistories orders_;
  LetterHistories letters_;
  ParkedHistories parked_;
  std::uint64_t events_ = 0;
};

}  // namespace ordo::projections
