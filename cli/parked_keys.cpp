#include "cli/parked_keys.hpp"

#include <future>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace ordo::cli {
namespace {

using Parkings = std::map<log::StreamName, runtime::Parking>;

std::optional<log::StreamName> owner_of(const std::string& subject, log::Partition partition) {
  for (const auto kind : log::kStreamKinds) {
    const auto topic = log::parking_topic_of(kind);
    if (topic && log::subject(*topic, partition) == subject) return log::StreamName{kind, partition};
  }
  return std::nullopt;
}

Result<void> fold(const log::StoredMessage& message, Parkings& parkings) {
  const auto output = owner_of(message.subject, message.stream.partition);
  if (!output) return {};
  const auto run = log::decode_run(message.payload);
  if (!run) return tl::unexpected(run.error());
  for (const auto& event : run->events) {
    if (auto folded = parkings[*output].fold(event); !folded) return folded;
  }
  return {};
}

Result<void> fold_all(log::EventLog& log, log::StreamName stream, Parkings& parkings) {
  const auto bounds = log.bounds(stream);
  if (!bounds) return tl::unexpected(bounds.error());
  for (auto sequence = bounds->first_sequence; sequence <= bounds->last_sequence; ++sequence) {
    auto message = log.get(stream, sequence);
    if (!message) return tl::unexpected(message.error());
    if (auto folded = fold(*message, parkings); !folded) {
      return failure(folded.error().kind, fmt::format("{} {}: {}", log::text(stream), sequence, folded.error().text));
    }
  }
  return {};
}

Result<std::uint64_t> append(log::EventLog& log, log::AppendRequest request) {
  const auto settled = std::make_shared<std::promise<Result<std::uint64_t>>>();
  log.append(std::move(request), [settled](Result<std::uint64_t> answer) { settled->set_value(std::move(answer)); });
  return settled->get_future().get();
}

// The first answer to a request in a message of its owner.
std::optional<parking::ParkedReleased> answer_in(const log::StoredMessage& message, EventId request) {
  const auto run = log::decode_run(message.payload);
  if (!run) return std::nullopt;
  for (const auto& event : run->events) {
    if (!event.cause || event.cause->event_id != request || !parking::is_parking(event.payload)) continue;
    const auto said = parking::decode(event.payload);
    if (!said) continue;
    if (const auto* released = std::get_if<parking::ParkedReleased>(&*said)) return *released;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<ParkedKey>> parked_keys(log::EventLog& log, log::Partition partitions, std::string_view id) {
  Parkings parkings;
  for (log::Partition partition = 0; partition < partitions; ++partition) {
    if (auto folded = fold_all(log, {log::StreamKind::parked, partition}, parkings); !folded) return tl::unexpected(folded.error());
  }
  std::vector<ParkedKey> keys;
  for (const auto& [output, parking] : parkings) {
    for (const auto& [key, queue] : parking.queues()) {
      const auto own = key.order ? key.order->text() : key.user.text();
      if (id.empty() || id == own) keys.push_back({output, key, queue});
    }
  }
  return keys;
}

Result<parking::ParkedReleased> release_parked(log::EventLog& log, log::StreamName output, const parking::ReleaseRequested& request,
                                               std::chrono::milliseconds limit) {
  const auto bounds = log.bounds(output);
  if (!bounds) return tl::unexpected(bounds.error());
  SystemClock clock;
  log::Event event{EventId::random(), encode(request), std::nullopt, {}, clock.now(), {}};
  event.trace = {event.id.text(), "", std::nullopt, request.key};
  const auto answered = std::make_shared<std::promise<parking::ParkedReleased>>();
  auto answer = answered->get_future();
  const auto reader = log.read(output, bounds->last_sequence + 1, [answered, id = event.id, done = false](const auto& message) mutable {
    const auto released = done ? std::nullopt : answer_in(message, id);
    if (!released) return;
    done = true;
    answered->set_value(*released);
  });
  const log::StreamName operations{log::StreamKind::operations, output.partition};
  const auto stored = append(log, {operations, log::subject(log::Topic::parked_operation, output.partition),
                                   log::encode_run({{}, {std::move(event)}, {}}), std::nullopt});
  if (!stored) return tl::unexpected(stored.error());
  if (answer.wait_for(limit) == std::future_status::ready) return answer.get();
  return failure(FailureKind::timeout,
                 fmt::format("the owner of {} has not answered in {} s; does the role run? The request stands, and is done when it does",
                             log::text(output), std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
}

}  // namespace ordo::cli
