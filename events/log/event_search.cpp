#include "events/log/event_search.hpp"

#include <algorithm>
#include <deque>

#include "events/log/log_scan.hpp"

namespace ordo::log {
namespace {

// Between the clocks of those who append to one stream.
constexpr std::int64_t kSkewMsMax = 60'000;

std::string_view raw(const IdBytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

bool is_of_type(const std::string& type, const std::string& wanted) {
  return type == wanted || (type.starts_with(wanted) && type.substr(wanted.size()).starts_with(".v"));
}

Result<Timestamp> time_of(EventLog& log, StreamName stream, std::uint64_t sequence) {
  const auto first_time = [](const Run& run) { return run.events.empty() ? Timestamp{} : run.events.front().time; };
  return log.get(stream, sequence).and_then([](const StoredMessage& message) { return decode_run(message.payload); }).map(first_time);
}

// The first message of the range that is not older, found by halving.
Result<std::uint64_t> first_since(EventLog& log, LogRange range, Timestamp since) {
  while (range.size() > 0) {
    const auto middle = range.from + range.size() / 2;
    const auto time = time_of(log, range.stream, middle);
    if (!time) return tl::unexpected(time.error());
    if (*time < since) {
      range.from = middle + 1;
    } else if (middle == range.from) {
      break;
    } else {
      range.until = middle - 1;
    }
  }
  return range.from;
}

}  // namespace

bool EventFilter::fits(const LoggedEvent& logged) const {
  const auto& event = logged.event;
  if (!correlation_id.empty() && event.trace.correlation_id != correlation_id) return false;
  if (!type.empty() && !is_of_type(event.payload.type, type)) return false;
  if (id && event.id != *id) return false;
  if (since && event.time < *since) return false;
  if (until && event.time > *until) return false;
  return !about || event.payload.bytes.find(raw(*about)) != std::string::npos;
}

bool EventFilter::may_fit(const StoredMessage& message) const {
  const auto names = [&](std::string_view bytes) { return message.payload.find(bytes) != std::string::npos; };
  if (!correlation_id.empty() && !names(correlation_id)) return false;
  if (!type.empty() && !names(type)) return false;
  if (id && !names(id->raw())) return false;
  return !about || names(raw(*about));
}

// One stream of the partition, and its next event that fits.
class EventSearch::Source {
 public:
  Source(EventSearchSettings& settings, SearchProgress& progress, LogRange range)
      : settings_(settings), progress_(progress), range_(range), reached_(range.from - 1) {
    progress_.messages_total += range.size();
  }

  // Nothing: that was all.
  Result<const LoggedEvent*> head() {
    while (found_.empty() && reached_ < range_.until) {
      if (auto read = read_message(); !read) return tl::unexpected(read.error());
    }
    return found_.empty() ? nullptr : &found_.front();
  }

  LoggedEvent take() {
    auto logged = std::move(found_.front());
    found_.pop_front();
    return logged;
  }

 private:
  Result<void> read_message() {
    if (!cursor_) cursor_ = std::make_unique<LogCursor>(settings_.log, range_.stream, range_.from);
    const auto message = cursor_->next(settings_.stop);
    if (!message) return tl::unexpected(message.error());
    note_progress(std::min(message->sequence, range_.until));
    if (message->sequence > range_.until || !settings_.filter.may_fit(*message)) return {};
    auto events = events_of(*message);
    if (!events) return tl::unexpected(events.error());
    if (is_beyond(*events)) note_progress(range_.until);
    for (auto& logged : *events) {
      if (settings_.filter.fits(logged)) found_.push_back(std::move(logged));
    }
    return {};
  }

  [[nodiscard]] bool is_beyond(const std::vector<LoggedEvent>& events) const {
    const auto& until = settings_.filter.until;
    return until && !events.empty() && events.front().event.time.unix_ms > until->unix_ms + kSkewMsMax;
  }

  void note_progress(std::uint64_t reached) {
    progress_.messages_done += reached - reached_;
    reached_ = reached;
    if (settings_.report) settings_.report(progress_);
  }

  EventSearchSettings& settings_;
  SearchProgress& progress_;
  LogRange range_;
  std::uint64_t reached_;
  std::deque<LoggedEvent> found_;
  std::unique_ptr<LogCursor> cursor_;
};

EventSearch::EventSearch(EventSearchSettings settings) : settings_(std::move(settings)), end_(settings_.partitions) {
  if (const auto& only = settings_.filter.partition) {
    partition_ = *only;
    end_ = std::min(end_, *only + 1);
  }
}

EventSearch::~EventSearch() = default;

Result<void> EventSearch::open(Partition partition) {
  const auto& filter = settings_.filter;
  for (const auto kind : kStreamKinds) {
    if (!filter.streams.empty() && !filter.streams.contains(kind)) continue;
    auto range = range_from(settings_.log, {kind, partition});
    if (!range) return tl::unexpected(range.error());
    if (filter.since) {
      const auto first = first_since(settings_.log, *range, {filter.since->unix_ms - kSkewMsMax});
      if (!first) return tl::unexpected(first.error());
      // A run lasts as long as an append: the one before may hold events of that time.
      range->from = std::max(range->from, *first - (*first > 1 ? 1 : 0));
    }
    sources_.push_back(std::make_unique<Source>(settings_, progress_, *range));
  }
  return {};
}

Result<EventSearch::Source*> EventSearch::earliest() {
  Source* first = nullptr;
  std::pair<Timestamp, StreamPosition> place;
  for (const auto& source : sources_) {
    const auto head = source->head();
    if (!head) return tl::unexpected(head.error());
    if (*head == nullptr) continue;
    const std::pair candidate((*head)->event.time, (*head)->at);
    if (first == nullptr || candidate < place) {
      first = source.get();
      place = candidate;
    }
  }
  return first;
}

Result<std::optional<LoggedEvent>> EventSearch::next() {
  for (;;) {
    const auto source = earliest();
    if (!source) return tl::unexpected(source.error());
    if (*source != nullptr) return (*source)->take();
    sources_.clear();
    if (partition_ >= end_) return std::nullopt;
    if (auto opened = open(partition_++); !opened) return tl::unexpected(opened.error());
  }
}

}  // namespace ordo::log
