#include "projections/history/order_events.hpp"

#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "events/log/log_scan.hpp"
#include "events/vocabulary/visit.hpp"
#include "projections/verification/spoken_of.hpp"

namespace ordo::projections {
namespace {

using log::LoggedEvent;
using log::StreamKind;

// All but the inbox; what operators ask for is little.
constexpr std::array kLasting{StreamKind::orders, StreamKind::billing, StreamKind::notifications, StreamKind::operations};

LoggedEvent command_before(const LoggedEvent& effect, log::Payload payload, Timestamp requested_at, log::Topic topic) {
  const auto place = *log::place_of_cause(effect);
  log::Event command{effect.event.cause->event_id, std::move(payload), std::nullopt, effect.event.trace, requested_at, {}};
  return {place, log::subject(topic, place.stream.partition), std::move(command)};
}

// What a client asked for, as its effect repeats it.
std::optional<LoggedEvent> command_of(const LoggedEvent& effect, const orders::OrderPending& pending) {
  return command_before(effect, orders::encode(orders::OrderCreateRequested{pending.purchase}), pending.requested_at,
                        log::Topic::order_create);
}

std::optional<LoggedEvent> command_of(const LoggedEvent& effect, const parking::Event& said) {
  const auto* parked = std::get_if<parking::InputParked>(&said);
  if (parked == nullptr) return std::nullopt;
  return LoggedEvent{*log::place_of_cause(effect), "", parked->input};
}

std::optional<LoggedEvent> command_of(const LoggedEvent& effect, const orders::OrderUpdateMessage& update) {
  if (!update.cancellation) return std::nullopt;
  const auto& [order, user, items, total, fingerprint] = update.purchase;
  return command_before(effect, orders::encode(orders::OrderCancelRequested{order, user, update.cancellation->id}),
                        update.cancellation->requested_at, log::Topic::order_cancel);
}

class Search {
 public:
  Search(const LogSource& source, OrderId order, const LogIndex& index, Progress& progress)
      : source_(source), order_(order), index_(index), reached_(index.reached), progress_(progress) {}

  Result<std::vector<LoggedEvent>> run() {
    if (auto fetched = fetch_known(); !fetched) return tl::unexpected(fetched.error());
    if (!found_.empty()) return finish(found_.begin()->first.stream.partition);
    auto events = search_everywhere();
    if (!events || !events->empty() || reached_.empty()) return events;
    // What the read model does not know may stand anywhere.
    reached_.clear();
    return search_everywhere();
  }

 private:
  // The inbox forgets; what was asked for is told by what follows.
  Result<void> fetch_known() {
    for (const auto& place : index_.places) {
      if (place.stream.kind == StreamKind::commands) continue;
      if (auto fetched = fetch(place); !fetched) return fetched;
    }
    for (const auto& place : index_.candidates) {
      if (place.stream.kind == StreamKind::commands) continue;
      const auto message = source_.log.get(place.stream, place.position.sequence);
      if (!message) return tl::unexpected(message.error());
      if (auto put = put_all(*message); !put) return put;
    }
    return {};
  }

  Result<std::vector<LoggedEvent>> search_everywhere() {
    for (log::Partition partition = 0; partition < source_.partitions; ++partition) {
      auto events = finish(partition);
      if (!events || !events->empty()) return events;
    }
    return std::vector<LoggedEvent>{};
  }

  [[nodiscard]] std::uint64_t reached(log::StreamName stream) const {
    const auto known = reached_.find(stream);
    return known == reached_.end() ? 0 : known->second;
  }

  // Reads what the index does not cover of a partition.
  Result<std::vector<LoggedEvent>> finish(log::Partition partition) {
    for (const auto kind : kLasting) {
      const log::StreamName stream{kind, partition};
      if (auto searched = search(stream, reached(stream) + 1); !searched) return tl::unexpected(searched.error());
    }
    const log::StreamName orders{StreamKind::orders, partition};
    const auto decided = decided_commands(orders, reached(orders));
    if (!decided) return tl::unexpected(decided.error());
    if (auto searched = search({StreamKind::commands, partition}, decided->sequence); !searched) return tl::unexpected(searched.error());
    return fetch_causes()
        .and_then([&] { return tell_forgotten_commands(); })
        .and_then([&] { return drop_commands_without_effect(orders); })
        .map([&] { return take(); });
  }

  // Up to where the commands are decided, as that message says; 0: it does not.
  Result<log::Position> decided_commands(log::StreamName orders, std::uint64_t sequence) const {
    if (sequence == 0) return log::Position{};
    const auto message = source_.log.get(orders, sequence);
    if (!message) return tl::unexpected(message.error());
    const auto run = log::decode_run(message->payload);
    if (!run) return tl::unexpected(run.error());
    const auto decided = run->checkpoints.find(StreamKind::commands);
    return decided == run->checkpoints.end() ? log::Position{} : decided->second;
  }

  Result<void> search(log::StreamName stream, std::uint64_t from) {
    const auto range = log::range_from(source_.log, stream, from);
    if (!range) return tl::unexpected(range.error());
    searched_until_[stream] = range->until;
    progress_.begin(log::text(stream), range->size());
    return log::scan(source_.log, *range, source_.stop, [this](const log::StoredMessage& message) -> Result<log::Visit> {
      progress_.message(0);
      // Whoever speaks of the order names it: most messages need no decoding.
      if (message.payload.find(order_.raw()) == std::string::npos) return log::Visit::go_on;
      return put_all(message).map([] { return log::Visit::go_on; });
    });
  }

  Result<void> put_all(const log::StoredMessage& message) {
    auto events = log::events_of(message);
    if (!events) return tl::unexpected(events.error());
    for (auto& logged : *events) {
      if (speaks_of_order(logged)) found_.insert_or_assign(logged.at, std::move(logged));
    }
    return {};
  }

  bool speaks_of_order(const LoggedEvent& logged) const {
    const auto& key = logged.event.trace.key;
    const auto spoken = spoken_of(logged.at.stream.kind, logged.event.payload);
    return spoken ? spoken->about == order_.bytes() : key && key->order == order_;
  }

  Result<void> fetch(const log::StreamPosition& place) {
    if (found_.contains(place)) return {};
    const auto message = source_.log.get(place.stream, place.position.sequence);
    if (!message) return tl::unexpected(message.error());
    if (auto put = put_all(*message); !put) return put;
    if (found_.contains(place)) return {};
    return failure(FailureKind::corrupt, fmt::format("{} does not speak of order {}: `ordo verify` says what is wrong", log::text(place),
                                                     order_.text()));
  }

  // An event that came while streams were read may have its cause behind what was read of another.
  Result<void> fetch_causes() {
    std::vector<log::StreamPosition> missing;
    for (const auto& [place, logged] : found_) {
      const auto cause = log::place_of_cause(logged);
      if (cause && cause->stream.kind != StreamKind::commands && !found_.contains(*cause)) missing.push_back(*cause);
    }
    for (const auto& place : missing) {
      if (auto fetched = fetch(place); !fetched) return fetched;
    }
    return missing.empty() ? Result<void>{} : fetch_causes();
  }

  Result<void> tell_forgotten_commands() {
    std::vector<LoggedEvent> commands;
    for (const auto& [place, logged] : found_) {
      if (!logged.event.cause || logged.event.cause->stream != StreamKind::commands) continue;
      auto command = forgotten_command(logged);
      if (!command) return tl::unexpected(command.error());
      if (*command) commands.push_back(std::move(**command));
    }
    for (auto& command : commands) found_.try_emplace(command.at, std::move(command));
    return {};
  }

  static Result<std::optional<LoggedEvent>> forgotten_command(const LoggedEvent& effect) {
    const auto tell_again = [&](const auto& event) { return command_of(effect, event); };
    if (parking::is_parking(effect.event.payload)) return parking::decode(effect.event.payload).map(tell_again);
    if (effect.at.stream.kind != StreamKind::orders) return std::nullopt;
    return orders::decode(effect.event.payload).map([&](const orders::Event& event) { return visit(event, tell_again); });
  }

  // As far as ORDERS was read: what came since may have effects that were not.
  Result<void> drop_commands_without_effect(log::StreamName orders) {
    const auto decided = decided_commands(orders, searched_until_[orders]);
    if (!decided) return tl::unexpected(decided.error());
    std::set<log::StreamPosition> causes;
    for (const auto& [place, logged] : found_) {
      if (const auto cause = log::place_of_cause(logged)) causes.insert(*cause);
    }
    std::erase_if(found_, [&](const auto& each) {
      const auto& place = each.first;
      return place.stream.kind == StreamKind::commands && place.position <= *decided && !causes.contains(place);
    });
    return {};
  }

  std::vector<LoggedEvent> take() {
    std::vector<LoggedEvent> events;
    events.reserve(found_.size());
    for (auto& [place, logged] : found_) events.push_back(std::move(logged));
    return log::in_causal_order(std::move(events));
  }

  const LogSource& source_;
  OrderId order_;
  const LogIndex& index_;
  Reached reached_;
  Progress& progress_;
  Reached searched_until_;
  std::map<log::StreamPosition, LoggedEvent> found_;
};

}  // namespace

Result<std::vector<LoggedEvent>> order_events(const LogSource& source, OrderId order, const LogIndex& index, Progress& progress) {
  return Search(source, order, index, progress).run();
}

}  // namespace ordo::projections
