#include "projections/runtime/lane.hpp"

#include <cassert>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

std::set<log::Partition> all_partitions(log::Partition count) {
  std::set<log::Partition> partitions;
  for (log::Partition partition = 0; partition < count; ++partition) partitions.insert(partition);
  return partitions;
}

std::vector<log::StreamName> streams_of(const LaneDefinition& definition, const std::set<log::Partition>& partitions) {
  std::vector<log::StreamName> streams;
  for (const auto kind : definition.inputs) {
    for (const auto partition : partitions) streams.push_back({kind, partition});
  }
  return streams;
}

// Only the inbox forgets; a gap in what is the truth means that something is lost or was skipped.
bool follows(const log::StoredMessage& message, std::uint64_t reached) {
  return message.sequence == reached + 1 ||
         (message.stream.kind == log::StreamKind::commands && message.sequence > reached);
}

Failure at_place(Failure reason, const log::StoredMessage& message, std::size_t index) {
  reason.text = fmt::format("{} at {}@{}.{}", reason.text, text(message.stream), message.sequence, index);
  return reason;
}

}  // namespace

Lane::Lane(const LaneDefinition& definition, std::string_view schema, log::Partition partitions)
    : Lane(definition, schema, all_partitions(partitions)) {}

Lane::Lane(const LaneDefinition& definition, std::string_view schema, const std::set<log::Partition>& partitions)
    : name_(definition.name),
      streams_(streams_of(definition, partitions)),
      projection_(definition.make(std::string(schema))),
      checkpoints_(schema, name_) {}

Result<void> Lane::open(postgres::Connection& connection, const ReadModelDefinition& model, const std::optional<IdBytes>& claim) {
  projection_->clear();
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  auto reached = checkpoints_.open(*transaction, model, streams_, claim);
  if (!reached) return tl::unexpected(reached.error());
  return transaction->commit().map([&] { reached_ = std::move(*reached); });
}

Result<std::size_t> Lane::apply(postgres::Connection& connection, std::span<const log::StoredMessage> messages) {
  if (messages.empty()) return 0;
  auto reached = reached_;
  auto events = fold(messages, reached);
  if (events) {
    if (auto written = write(connection, reached); !written) events = tl::unexpected(written.error());
  }
  projection_->clear();
  if (events) reached_ = std::move(reached);
  return events;
}

Result<std::size_t> Lane::fold(std::span<const log::StoredMessage> messages, Reached& reached) {
  std::size_t count = 0;
  for (const auto& message : messages) {
    assert(reached.contains(message.stream));
    auto& sequence = reached[message.stream];
    if (!follows(message, sequence)) {
      return failure(FailureKind::corrupt, fmt::format("{}@{} does not follow {}: messages are missing or came twice",
                                                       text(message.stream), message.sequence, sequence));
    }
    sequence = message.sequence;
    const auto run = log::decode_run(message.payload);
    if (!run) return tl::unexpected(at_place(run.error(), message, 0));
    for (std::size_t index = 0; index < run->events.size(); ++index) {
      const log::StreamPosition at{message.stream, {message.sequence, static_cast<std::uint32_t>(index)}};
      if (auto added = projection_->add(at, run->events[index]); !added) {
        return tl::unexpected(at_place(added.error(), message, index));
      }
    }
    count += run->events.size();
  }
  return count;
}

// The log still has what a server that dies loses with a deferred commit, and rows and checkpoint are lost together.
Result<void> Lane::write(postgres::Connection& connection, const Reached& reached) {
  auto transaction = connection.begin({.durability = postgres::Durability::deferred});
  if (!transaction) return tl::unexpected(transaction.error());
  return checkpoints_.advance(*transaction, reached_, reached)
      .and_then([&] { return projection_->write(*transaction); })
      .and_then([&] { return transaction->commit(); });
}

}  // namespace ordo::projections
