#pragma once
// Purpose: finds events in the whole log by what their envelope and payload name, without an index: every message is looked at, and most
//          need no decoding.
// Order:   partition after partition; within one by the events' times, each stream in its own order.
// Errors:  as `LogCursor::next`; corrupt for a message that is no sound run.
// Threads: one; it blocks.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "events/log/log_cursor.hpp"
#include "events/log/logged_event.hpp"

namespace ordo::log {

// All that is set must fit.
struct EventFilter {
  std::string correlation_id{};
  std::string type{};                   // "PaymentProcessed", whatever its version, or "PaymentProcessed.v1"
  std::optional<EventId> id{};
  std::optional<IdBytes> about{};       // an id that the payload names: of an order, a user, an operation, a letter
  std::set<StreamKind> streams{};       // empty: all
  std::optional<Partition> partition{};
  std::optional<Timestamp> since{};     // inclusive, and so is the next
  std::optional<Timestamp> until{};

  [[nodiscard]] bool fits(const LoggedEvent& logged) const;
  // False: no event of the message can fit.
  [[nodiscard]] bool may_fit(const StoredMessage& message) const;
};

struct SearchProgress {
  std::uint64_t messages_done = 0;
  std::uint64_t messages_total = 0;  // of the partitions that were begun
};

struct EventSearchSettings {
  EventLog& log;
  Partition partitions = kPartitionsDefault;
  EventFilter filter{};
  std::stop_token stop{};
  std::function<void(const SearchProgress&)> report{};  // after every message; may be empty
};

class EventSearch {
 public:
  explicit EventSearch(EventSearchSettings settings);
  ~EventSearch();
  EventSearch(const EventSearch&) = delete;
  EventSearch& operator=(const EventSearch&) = delete;

  // The next event that fits; nothing when that was all that the log held.
  [[nodiscard]] Result<std::optional<LoggedEvent>> next();

 private:
  class Source;

  [[nodiscard]] Result<void> open(Partition partition);
  [[nodiscard]] Result<Source*> earliest();

  EventSearchSettings settings_;
  Partition partition_ = 0;
  Partition end_ = 0;
  SearchProgress progress_;
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace ordo::log
