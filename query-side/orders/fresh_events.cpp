#include "query-side/orders/fresh_events.hpp"

#include <fmt/format.h>

namespace ordo::orders {
namespace {

// One statement, so that rows and checkpoints are of one moment and of the same tables, whatever is exchanged for others meanwhile.
constexpr std::string_view kSelect = R"sql(
with asked as materialized (
  select number, whose, stream, sequence, index::integer as index
  from unnest($1::bigint[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[]) as asked(number, whose, stream, sequence, index)),
reached as materialized (select stream, min(sequence) as sequence from read.checkpoints group by stream)
select asked.number, fresh.stream, fresh.sequence, fresh.index, fresh.type, fresh.event_id, fresh.user_id, fresh.cause_stream,
  fresh.cause_sequence, fresh.cause_index, fresh.correlation_id, fresh.actor, fresh.occurred_at, fresh.data, coalesce(reached.sequence, 0),
  command.type, command.event_id, command.correlation_id, command.actor, command.occurred_at, command.data::text
from asked {parked}
cross join lateral (
  select * from (
    select row.*, sum(octet_length(data)) over (order by sequence, index rows between unbounded preceding and 1 preceding) as bytes_before
    from (
      select order_id, stream, sequence, index, type, event_id, user_id, cause_stream, cause_sequence, cause_index, correlation_id, actor,
        occurred_at, data::text as data
      from read.order_timeline
      where {whose} = asked.whose and stream = asked.stream and (sequence, index) >= (asked.sequence, asked.index) {of_user}
      order by sequence, index limit $6::bigint) as row) as sized
  where coalesce(bytes_before, 0) < $7::bigint) as fresh
left join reached on reached.stream = fresh.cause_stream
left join read.order_timeline as command
  on command.order_id = fresh.order_id and command.stream = fresh.cause_stream and command.sequence = fresh.cause_sequence
  and command.index = fresh.cause_index and fresh.cause_stream like 'COMMANDS-%'
  and (fresh.type like 'OrderPending.%' or fresh.type like 'OrderUpdateMessage.%')
order by asked.number, fresh.stream, fresh.sequence, fresh.index)sql";

constexpr std::string_view kFirstParked = R"sql(
left join lateral (
  select sequence, index from read.parked_events
  where user_id = asked.whose and stream = asked.stream and (sequence, index) >= (asked.sequence, asked.index)
  order by sequence, index limit 1) as parked on true)sql";
// The first line is what the index of users knows of a stream.
constexpr std::string_view kOfUser = R"sql(
        and stream::"char" = asked.stream::"char" and stream not like 'COMMANDS-%'
        and (parked.sequence is null or (sequence, index) < (parked.sequence, parked.index)))sql";

const std::string& select_of(bool of_users) {
  static const auto of_order = fmt::format(kSelect, fmt::arg("parked", ""), fmt::arg("whose", "order_id"), fmt::arg("of_user", ""));
  static const auto of_user = fmt::format(kSelect, fmt::arg("parked", kFirstParked), fmt::arg("whose", "user_id"),
                                          fmt::arg("of_user", kOfUser));
  return of_users ? of_user : of_order;
}

EventPlace place_at(const postgres::Row& row, int column) {
  return {row.get<std::string>(column), static_cast<std::uint64_t>(row.get<std::int64_t>(column + 1)),
          static_cast<std::uint32_t>(row.get<std::int64_t>(column + 2))};
}

std::optional<HistoryEntry> command_of(const postgres::Row& row, const HistoryEntry& event) {
  if (row.is_null(15)) return std::nullopt;
  HistoryEntry command;
  command.place = *event.cause;
  command.type = row.get<std::string>(15);
  command.event_id = row.get<EventId>(16);
  command.user_id = event.user_id;
  command.correlation_id = row.get<std::string>(17);
  command.actor = row.get<std::optional<UserId>>(18);
  command.occurred_at = row.get<Timestamp>(19);
  command.data_json = row.get<std::string>(20);
  return command;
}

FreshEvent to_fresh(const postgres::Row& row) {
  FreshEvent fresh;
  fresh.number = static_cast<std::uint64_t>(row.get<std::int64_t>(0));
  auto& event = fresh.event;
  event.place = place_at(row, 1);
  event.type = row.get<std::string>(4);
  event.event_id = row.get<EventId>(5);
  event.user_id = row.get<UserId>(6);
  if (!row.is_null(7)) event.cause = place_at(row, 7);
  event.correlation_id = row.get<std::string>(10);
  event.actor = row.get<std::optional<UserId>>(11);
  event.occurred_at = row.get<Timestamp>(12);
  event.data_json = row.get<std::string>(13);
  fresh.cause_stream_read = static_cast<std::uint64_t>(row.get<std::int64_t>(14));
  fresh.command = command_of(row, event);
  return fresh;
}

struct Asked {
  postgres::Column<std::uint64_t> numbers, sequences, indexes;
  postgres::Column<IdBytes> whose;
  postgres::Column<std::string> streams;

  void push(const FreshQuestion& question) {
    numbers.push(question.number);
    whose.push(std::visit([](const auto& id) { return id.bytes(); }, question.whose));
    streams.push(question.from.stream);
    sequences.push(question.from.sequence);
    indexes.push(std::uint64_t{question.from.index});
  }
};

}  // namespace

Result<std::vector<FreshEvent>> fresh_events(postgres::Pool& pool, std::span<const FreshQuestion> questions) {
  std::vector<FreshEvent> found;
  for (const bool of_users : {false, true}) {
    Asked asked;
    for (const auto& question : questions) {
      if (std::holds_alternative<UserId>(question.whose) == of_users) asked.push(question);
    }
    if (asked.numbers.empty()) continue;
    const auto rows = pool.execute(select_of(of_users), asked.numbers, asked.whose, asked.streams, asked.sequences, asked.indexes,
                                   kFreshEventsMax, kFreshBytesMax);
    if (!rows) return tl::unexpected(rows.error());
    for (const auto row : *rows) found.push_back(to_fresh(row));
  }
  return found;
}

}  // namespace ordo::orders
