#include "projections/runtime/release.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "projections/runtime/checkpoints.hpp"

namespace ordo::projections {
namespace {

constexpr std::string_view kQueues =
    "select distinct on (lane, stream, user_id, order_id) lane, stream, user_id, order_id, "
    "count(*) over (partition by lane, stream, user_id, order_id), attempts, reason, first_failed_at, last_failed_at "
    "from {}.parked_events where $1::uuid is null or $1::uuid in (user_id, order_id) "
    "order by lane, stream, user_id, order_id, sequence, index";

// Of one queue; $1 to $4 name it.
constexpr std::string_view kOfQueue = "lane = $1::text and stream = $2::text and user_id = $3::uuid and order_id = $4::uuid";

constexpr std::string_view kDiscard =
    "with gone as (delete from {0}.parked_events where {1} and (sequence, index) in "
    "(select sequence, index from {0}.parked_events where {1} order by sequence, index limit $5::bigint) returning *) "
    "insert into {0}.discarded_events (lane, stream, sequence, index, user_id, order_id, type, event_id, reason, discarded_by, discarded_for) "
    "select lane, stream, sequence, index, user_id, order_id, type, event_id, reason, $6::text, $7::text from gone";

constexpr std::string_view kPlaces =
    "select sequence, index, event_id, count(*) over () from {0}.parked_events where {1} order by sequence, index limit $5::bigint";

constexpr std::string_view kApplied =
    "delete from {0}.parked_events where {1} and (sequence, index) in (select * from unnest($5::bigint[], $6::bigint[]))";

constexpr std::string_view kFailed =
    "update {0}.parked_events set attempts = attempts + 1, reason = $7::text, first_failed_at = coalesce(first_failed_at, now()), "
    "last_failed_at = now() where {1} and sequence = $5::bigint and index = $6::bigint";

struct Place {
  log::Position position;
  EventId event_id;
};

const LaneDefinition* lane_called(const ReadModelDefinition& model, const std::string& name) {
  const auto found = std::ranges::find(model.lanes, name, &LaneDefinition::name);
  return found == model.lanes.end() ? nullptr : &*found;
}

class Release {
 public:
  Release(const ReleaseSettings& settings, const ParkedQueue& queue, const LaneDefinition& lane, postgres::Transaction& transaction)
      : settings_(settings), queue_(queue), projection_(lane.make(std::string(settings.schema))), transaction_(transaction) {}

  Result<void> discard(const ReleaseOrder& order) {
    if (order.discard == parking::Discard::none) return {};
    constexpr std::uint64_t kAll = 1'000'000'000;
    const auto gone = execute(kDiscard, order.discard == parking::Discard::all ? kAll : 1, storable(order.requested_by), storable(order.reason));
    if (!gone) return tl::unexpected(gone.error());
    released_.discarded = gone->affected();
    return {};
  }

  Result<void> apply() {
    const auto rows = execute(kPlaces, kReleasedMax);
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return {};
    released_.left = static_cast<std::uint64_t>((*rows)[0].get<std::int64_t>(3));
    std::vector<std::uint64_t> sequences;
    std::vector<std::uint32_t> indexes;
    for (const auto row : *rows) {
      const log::Position position{static_cast<std::uint64_t>(row.get<std::int64_t>(0)), static_cast<std::uint32_t>(row.get<std::int64_t>(1))};
      if (auto applied = apply({position, row.get<EventId>(2)}); !applied) {
        if (!is_the_events_fault(applied.error())) return applied;
        if (auto noted = note(position, applied.error()); !noted) return noted;
        break;
      }
      sequences.push_back(position.sequence);
      indexes.push_back(position.index);
    }
    released_.applied = sequences.size();
    released_.left -= released_.applied;
    return execute(kApplied, sequences, indexes).map([](const postgres::Rows&) {});
  }

  [[nodiscard]] const Released& released() const { return released_; }

 private:
  template <class... Values>
  Result<postgres::Rows> execute(std::string_view statement, const Values&... values) {
    return transaction_.execute(fmt::format(fmt::runtime(statement), settings_.schema, kOfQueue), queue_.lane, text(queue_.stream),
                                queue_.key.user, order_column(queue_.key), values...);
  }

  static bool is_the_events_fault(const Failure& failure) {
    return postgres::is_refusal_of_values(failure) || failure.kind == FailureKind::corrupt;
  }

  Result<void> apply(const Place& place) {
    const auto event = find(place);
    if (!event) return tl::unexpected(event.error());
    auto done = projection_->add({queue_.stream, place.position}, *event).and_then([&] {
      return transaction_.attempt([&] { return projection_->write(transaction_); });
    });
    projection_->clear();
    return done;
  }

  Result<log::Event> find(const Place& place) {
    const auto& [sequence, index] = place.position;
    if (sequence != sequence_) {
      const auto message = settings_.log.get(queue_.stream, sequence);
      if (!message) return tl::unexpected(message.error());
      auto run = log::decode_run(message->payload);
      if (!run) return tl::unexpected(run.error());
      run_ = std::move(*run);
      sequence_ = sequence;
    }
    if (index < run_.events.size() && run_.events[index].id == place.event_id) return run_.events[index];
    return failure(FailureKind::corrupt, fmt::format("{}@{}.{} holds another event than the one that was parked", text(queue_.stream), sequence, index));
  }

  Result<void> note(log::Position position, const Failure& reason) {
    released_.reason = reason.text;
    return execute(kFailed, position.sequence, position.index, storable(reason.text)).map([](const postgres::Rows&) {});
  }

  const ReleaseSettings& settings_;
  const ParkedQueue& queue_;
  std::unique_ptr<Projection> projection_;
  postgres::Transaction& transaction_;
  Released released_;
  std::uint64_t sequence_ = 0;  // of the message that was read last
  log::Run run_;
};

}  // namespace

Result<std::vector<ParkedQueue>> parked_queues(postgres::Connection& connection, std::string_view schema, const std::optional<IdBytes>& id) {
  const auto rows = connection.execute(fmt::format(kQueues, schema), id);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<ParkedQueue> queues;
  for (const auto row : *rows) {
    const auto stream = log::parse_stream_name(row.get<std::string_view>(1));
    if (!stream) return failure(FailureKind::corrupt, fmt::format("an event is parked in stream {}, which is unknown", row.get<std::string>(1)));
    ParkedQueue queue{row.get<std::string>(0), *stream, key_of(row.get<UserId>(2), row.get<OrderId>(3)),
                      static_cast<std::uint64_t>(row.get<std::int64_t>(4)), std::nullopt};
    if (const auto attempts = row.get<std::int64_t>(5); attempts > 0) {
      queue.fault = parking::Fault{row.get<std::string>(6), static_cast<std::uint32_t>(attempts), row.get<Timestamp>(7), row.get<Timestamp>(8)};
    }
    queues.push_back(std::move(queue));
  }
  return queues;
}

Result<Released> release(const ReleaseSettings& settings, const ParkedQueue& queue, const ReleaseOrder& order) {
  const auto* lane = lane_called(settings.model, queue.lane);
  if (lane == nullptr) return failure(FailureKind::corrupt, "there is no lane " + queue.lane);
  auto transaction = settings.connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  Checkpoints checkpoints(settings.schema, queue.lane);
  if (auto opened = checkpoints.open(*transaction, settings.model, {queue.stream}, {}); !opened) return tl::unexpected(opened.error());
  Release release(settings, queue, *lane, *transaction);
  return checkpoints.hold(*transaction, {queue.stream})
      .and_then([&] { return release.discard(order); })
      .and_then([&] { return release.apply(); })
      .and_then([&] { return transaction->commit(); })
      .map([&] { return release.released(); });
}

}  // namespace ordo::projections
