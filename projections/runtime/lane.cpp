#include "projections/runtime/lane.hpp"

#include <cassert>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

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

Failure at_place(Failure reason, const log::StreamPosition& at) {
  reason.text = fmt::format("{} at {}@{}.{}", reason.text, text(at.stream), at.position.sequence, at.position.index);
  return reason;
}

}  // namespace

Lane::Lane(const LaneDefinition& definition, std::string_view schema, log::Partition partitions)
    : Lane(definition, schema, all_partitions(partitions)) {}

Lane::Lane(const LaneDefinition& definition, std::string_view schema, const std::set<log::Partition>& partitions, Stage stage)
    : name_(definition.name),
      stage_(stage),
      streams_(streams_of(definition, partitions)),
      projection_(definition.make(std::string(schema))),
      checkpoints_(schema, name_, stage),
      parked_(schema, name_) {}

Result<void> Lane::open(postgres::Connection& connection, const ReadModelDefinition& model, const std::optional<IdBytes>& claim) {
  projection_->clear();
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  auto reached = checkpoints_.open(*transaction, model, streams_, claim);
  if (!reached) return tl::unexpected(reached.error());
  if (auto read = parked_.open(*transaction, streams_); !read) return read;
  return transaction->commit().map([&] { reached_ = std::move(*reached); });
}

Result<std::size_t> Lane::apply(postgres::Connection& connection, std::span<const log::StoredMessage> messages) {
  if (messages.empty()) return 0;
  auto reached = reached_;
  const auto batch = read(messages, reached);
  if (!batch) return tl::unexpected(batch.error());
  auto written = write(connection, *batch, reached, Care::together);
  if (!written && postgres::is_refusal_of_values(written.error())) written = write(connection, *batch, reached, Care::each);
  if (!written) return tl::unexpected(written.error());
  for (const auto& [at, key, type, id, reason, attempts] : parked_.fresh()) {
    if (reason) spdlog::error("lane {}: {} is parked: {} at {} {}.{}: {}", name_, text(key), type, text(at.stream), at.position.sequence, at.position.index, *reason);
  }
  parked_.forget_fresh();
  reached_ = std::move(reached);
  return batch->size();
}

Result<std::vector<Lane::PlacedEvent>> Lane::read(std::span<const log::StoredMessage> messages, Reached& reached) const {
  std::vector<PlacedEvent> batch;
  for (const auto& message : messages) {
    assert(reached.contains(message.stream));
    auto& sequence = reached[message.stream];
    if (!follows(message, sequence)) {
      return failure(FailureKind::corrupt, fmt::format("{}@{} does not follow {}: messages are missing or came twice",
                                                       text(message.stream), message.sequence, sequence));
    }
    sequence = message.sequence;
    auto run = log::decode_run(message.payload);
    if (!run) return tl::unexpected(at_place(run.error(), {message.stream, {message.sequence, 0}}));
    std::uint32_t index = 0;
    for (auto& event : run->events) batch.push_back({{message.stream, {message.sequence, index++}}, std::move(event)});
  }
  return batch;
}

// The log still has what a server that dies loses with a deferred commit, and rows and checkpoint are lost together.
Result<void> Lane::write(postgres::Connection& connection, Batch batch, const Reached& reached, Care care) {
  auto before = parked_;
  auto transaction = connection.begin({.durability = postgres::Durability::deferred});
  if (!transaction) return tl::unexpected(transaction.error());
  auto written = checkpoints_.advance(*transaction, reached_, reached)
                     // An operator may have released what was parked; he cannot now.
                     .and_then([&] { return parked_.empty() ? Result<void>() : parked_.open(*transaction, streams_); })
                     .and_then([&] { return care == Care::together ? put(*transaction, batch) : put_what_is_taken(*transaction, batch); })
                     .and_then([&] { return parked_.write(*transaction); })
                     .and_then([&] { return transaction->commit(); });
  if (!written) parked_ = std::move(before);
  return written;
}

Result<void> Lane::put(postgres::Transaction& transaction, Batch batch) {
  projection_->clear();
  for (const auto& placed : batch) {
    const auto& [at, event] = placed;
    if (const auto key = parked_.blocks(at.stream, event)) {
      parked_.park({at, *key, event.payload.type, event.id, std::nullopt});
    } else if (const auto added = projection_->add(at, event); !added) {
      if (auto parked = park(placed, added.error(), 1); !parked) return parked;
    }
  }
  auto written = stage_ == Stage::bare ? projection_->copy(transaction) : projection_->write(transaction);
  projection_->clear();
  return written;
}

// Halves what the tables refuse until the guilty event stands alone.
Result<void> Lane::put_what_is_taken(postgres::Transaction& transaction, Batch batch) {
  auto before = parked_;
  auto done = transaction.attempt([&] { return put(transaction, batch); });
  if (done || !postgres::is_refusal_of_values(done.error())) return done;
  parked_ = std::move(before);
  if (batch.size() == 1) return park(batch.front(), done.error(), 2);  // with the others, and alone
  const auto half = batch.size() / 2;
  return put_what_is_taken(transaction, batch.first(half)).and_then([&] { return put_what_is_taken(transaction, batch.subspan(half)); });
}

Result<void> Lane::park(const PlacedEvent& broken, const Failure& reason, std::uint32_t attempts) {
  const auto& [at, event] = broken;
  if (!event.trace.key) return tl::unexpected(at_place(reason, at));
  parked_.park({at, *event.trace.key, event.payload.type, event.id, reason.text, attempts});
  return {};
}

}  // namespace ordo::projections
