#include "projections/verification/partition_audit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "projections/verification/spoken_of.hpp"

namespace ordo::projections {
namespace {

using log::StreamKind;

struct Readers {
  StreamKind stream;
  std::vector<StreamKind> outputs;  // of the contexts that read it
};

const std::vector<Readers>& readers() {
  static const std::vector<Readers> all{{StreamKind::commands, {StreamKind::orders, StreamKind::billing}},
                                        {StreamKind::users, {StreamKind::billing}},
                                        {StreamKind::orders, {StreamKind::billing, StreamKind::notifications}},
                                        {StreamKind::billing, {StreamKind::orders}},
                                        {StreamKind::operations, {StreamKind::orders, StreamKind::billing, StreamKind::notifications}}};
  return all;
}

constexpr auto kReadable = "every event can be read";

// Somebody decides what this stream says, and parks what he cannot read.
bool has_readers(StreamKind stream) {
  return stream != StreamKind::operations && std::ranges::find(readers(), stream, &Readers::stream) != readers().end();
}

// An owner that ends records the letters that went out behind one that never began. Whoever comes next reads their updates again, and
// knows them.
bool may_run_ahead(StreamKind output, const log::Event& event) {
  return output == StreamKind::notifications && !parking::is_parking(event.payload);
}

Finding at(std::string where, Contradiction wrong) {
  return {std::move(where), std::move(wrong.rule), std::move(wrong.expected), std::move(wrong.found)};
}

std::string where(const log::StoredMessage& message) { return fmt::format("{}@{}", log::text(message.stream), message.sequence); }

std::string text(log::Position position) { return fmt::format("{}.{}", position.sequence, position.index); }

}  // namespace

PartitionAudit::PartitionAudit(log::Partition partition, log::Partition partitions, Causes::Lookup lookup)
    : partition_(partition), partitions_(partitions), causes_(std::move(lookup)) {}

std::uint64_t PartitionAudit::reached(StreamKind stream) const {
  const auto found = reached_.find(stream);
  return found == reached_.end() ? 0 : found->second;
}

std::optional<PartitionAudit::Need> PartitionAudit::need_of(const log::Run& run) const {
  for (const auto& [stream, decided] : run.checkpoints) {
    if (decided.sequence > reached(stream)) return Need{stream, decided.sequence};
  }
  for (const auto& event : run.events) {
    if (event.cause && event.cause->position.sequence > reached(event.cause->stream)) {
      return Need{event.cause->stream, event.cause->position.sequence};
    }
  }
  return std::nullopt;
}

Result<std::optional<Finding>> PartitionAudit::take(const log::StoredMessage& message, const log::Run& run) {
  const auto stream = message.stream.kind;
  if (auto wrong = check_run(stream, run)) return at(where(message), std::move(*wrong));
  for (std::uint32_t index = 0; index < run.events.size(); ++index) {
    auto verdict = add({stream, {message.sequence, index}, run.events[index]});
    if (!verdict) return tl::unexpected(verdict.error());
    if (*verdict) return at(fmt::format("{}.{}", where(message), index), std::move(**verdict));
  }
  events_ += run.events.size();
  reached_[stream] = message.sequence;
  note_checkpoints(stream, run.checkpoints);
  return std::nullopt;
}

std::optional<Finding> PartitionAudit::check_place(const log::StoredMessage& message) const {
  const auto expected = reached(message.stream.kind) + 1;
  const bool may_skip = message.stream.kind == StreamKind::commands;  // it forgets while it is read
  if (message.sequence == expected || (may_skip && message.sequence > expected)) return std::nullopt;
  return Finding{where(message), "messages follow one another without gaps", std::to_string(expected), std::to_string(message.sequence)};
}

MaybeContradiction PartitionAudit::check_run(StreamKind output, const log::Run& run) const {
  if (run.events.empty()) return Contradiction{"a run holds at least one event", "an event", "none"};
  if (const auto before = checkpoints_.find(output); before != checkpoints_.end()) {
    for (const auto& [input, decided] : before->second) {
      const auto now = run.checkpoints.find(input);
      if (now != run.checkpoints.end() && now->second >= decided) continue;
      return Contradiction{fmt::format("the checkpoint for {} never goes back", log::text(input)), "at least " + text(decided),
                           now == run.checkpoints.end() ? "none" : text(now->second)};
    }
  }
  for (const auto& event : run.events) {
    if (!event.cause || may_run_ahead(output, event)) continue;
    const auto decided = run.checkpoints.find(event.cause->stream);
    if (decided != run.checkpoints.end() && event.cause->position <= decided->second) continue;
    return Contradiction{fmt::format("a run's checkpoint for {} covers the causes of its events", log::text(event.cause->stream)),
                         "at least " + text(event.cause->position),
                         decided == run.checkpoints.end() ? "none" : text(decided->second)};
  }
  return std::nullopt;
}

void PartitionAudit::note_checkpoints(StreamKind output, const log::Checkpoints& checkpoints) {
  if (checkpoints.empty()) return;
  checkpoints_[output] = checkpoints;
  for (const auto& [stream, outputs] : readers()) {
    auto decided_by_all = decided(outputs.front(), stream);
    for (const auto reader : outputs) decided_by_all = std::min(decided_by_all, decided(reader, stream));
    causes_.forget(stream, decided_by_all);
  }
}

log::Position PartitionAudit::decided(StreamKind output, StreamKind input) const {
  const auto of_output = checkpoints_.find(output);
  if (of_output == checkpoints_.end()) return {};
  const auto found = of_output->second.find(input);
  return found == of_output->second.end() ? log::Position{} : found->second;
}

PartitionAudit::Verdict PartitionAudit::add(const Place& place) {
  if (parking::is_parking(place.event.payload)) return add_parking(place);
  if (const auto& key = place.event.trace.key; key && parked_.has_unread(key->user)) {
    causes_.add(place.stream, {place.position, place.event.id, place.event.payload.type, spoken_of(*key).about});
    return std::nullopt;
  }
  switch (place.stream) {
    case StreamKind::commands:
    case StreamKind::users:
    case StreamKind::operations: return add_command(place);
    case StreamKind::orders: return add_order(place);
    case StreamKind::billing: return add_billing(place);
    case StreamKind::notifications: return add_letter(place);
    case StreamKind::parked:
    case StreamKind::audit: break;
  }
  return std::nullopt;
}

PartitionAudit::Verdict PartitionAudit::add_envelope(const Place& place, UserId user, const IdBytes& about) {
  if (const auto partition = log::partition_of(user, partitions_); partition != partition_) {
    return Contradiction{"all of a user lies in one partition", std::to_string(partition), std::to_string(partition_)};
  }
  auto wrong = causes_.check(place.event, about);
  if (wrong && !*wrong) causes_.add(place.stream, {place.position, place.event.id, place.event.payload.type, about});
  return wrong;
}

PartitionAudit::Verdict PartitionAudit::add_unread(const Place& place, const Failure& reason) {
  const auto& key = place.event.trace.key;
  if (!key || !has_readers(place.stream)) return Contradiction{kReadable, "", reason.text};
  parked_.add_unread({{place.stream, partition_}, place.position}, *key, reason);
  causes_.add(place.stream, {place.position, place.event.id, place.event.payload.type, spoken_of(*key).about});
  return std::nullopt;
}

std::optional<Finding> PartitionAudit::conclude() const {
  const auto unread = parked_.not_parked();
  if (!unread) return std::nullopt;
  return Finding{fmt::format("{}@{}", log::text(unread->at.stream), text(unread->at.position)), kReadable, "", unread->reason};
}

PartitionAudit::Verdict PartitionAudit::add_command(const Place& place) {
  const auto spoken = spoken_of(place.stream, place.event.payload);
  if (!spoken) return add_unread(place, spoken.error());
  return add_envelope(place, spoken->user, spoken->about);
}

PartitionAudit::Verdict PartitionAudit::add_order(const Place& place) {
  const auto event = orders::decode(place.event.payload);
  if (!event) return add_unread(place, event.error());
  const auto spoken = spoken_of(*event);
  if (auto verdict = add_envelope(place, spoken.user, spoken.about); !verdict || *verdict) return verdict;
  return visit(*event, [&](const auto& said) { return orders_.add(said); });
}

PartitionAudit::Verdict PartitionAudit::add_billing(const Place& place) {
  const auto event = billing::decode(place.event.payload);
  if (!event) return add_unread(place, event.error());
  const auto spoken = spoken_of(*event);
  if (auto verdict = add_envelope(place, spoken.user, spoken.about); !verdict || *verdict) return verdict;
  if (const auto* payment = std::get_if<billing::PaymentProcessed>(&*event)) {
    if (auto wrong = orders_.add(*payment)) return wrong;
  } else if (const auto* refund = std::get_if<billing::PaymentRefunded>(&*event)) {
    if (auto wrong = orders_.add(*refund)) return wrong;
  }
  return visit(*event, [&](const auto& said) { return books_.enter(said); });
}

PartitionAudit::Verdict PartitionAudit::add_letter(const Place& place) {
  const auto event = notifications::decode(place.event.payload);
  if (!event) return add_unread(place, event.error());
  return visit(*event, [&](const auto& said) -> Verdict {
    // A letter that is tried again names the cause of its first attempt, which may be long ago.
    const auto* first = letters_.cause_of_waiting(said.notification_id);
    if (first == nullptr || place.event.cause != *first) {
      const auto spoken = spoken_of(said);
      if (auto verdict = add_envelope(place, spoken.user, spoken.about); !verdict || *verdict) return verdict;
    }
    return letters_.add(said, place.event.cause);
  });
}

PartitionAudit::Verdict PartitionAudit::add_parking(const Place& place) {
  const auto event = parking::decode(place.event.payload);
  if (!event) return Contradiction{kReadable, "", event.error().text};
  const auto spoken = spoken_of(*event);
  if (auto verdict = add_envelope(place, spoken.user, spoken.about); !verdict || *verdict) return verdict;
  return visit(
      *event,
      [&](const parking::InputParked& parked) -> Verdict {
        if (auto verdict = causes_.check_parked(place.event.cause, parked.input); !verdict || *verdict) return verdict;
        return parked_.add(place.stream, parked, place.event.cause);
      },
      [&](const parking::ParkedReleased& released) -> Verdict { return parked_.add(place.stream, released); });
}

}  // namespace ordo::projections
