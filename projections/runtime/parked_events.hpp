#pragma once
// Purpose: the events that one lane could not make into rows, and those that came behind them in the same stream under the same key: in
//          memory the keys that are held up, in the table `parked_events` the events. Streams have queues of their own, since a lane reads
//          them side by side: so a rebuild parks the same events.
// Threads: one.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "events/log/event.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

// With more keys than these something is wrong that is no single event's fault: the lane stops instead.
inline constexpr std::size_t kParkedKeysMax = 10'000;

struct ParkedEvent {
  log::StreamPosition at;
  log::Key key;  // that it is parked under: its own, or its user's
  std::string type;
  EventId event_id;
  std::optional<std::string> reason;  // nothing: it waits behind another
  std::uint32_t attempts = 0;
};

class ParkedEvents {
 public:
  ParkedEvents(std::string_view schema, std::string lane);

  // Reads which keys are held up in these streams.
  [[nodiscard]] Result<void> open(postgres::Transaction& transaction, const std::vector<log::StreamName>& streams);

  [[nodiscard]] bool empty() const { return keys_.empty(); }
  // The key that holds up what has this one: itself, or its user. What owners say about parking is never held up: it is of its own making.
  [[nodiscard]] std::optional<log::Key> blocks(log::StreamName stream, const log::Event& event) const;

  void park(ParkedEvent event);
  // What was parked since it was opened or written.
  [[nodiscard]] const std::vector<ParkedEvent>& fresh() const { return fresh_; }
  // Errors: corrupt when too many keys are held up.
  [[nodiscard]] Result<void> write(postgres::Transaction& transaction) const;
  void forget_fresh() { fresh_.clear(); }

 private:
  std::string lane_;
  std::string read_;
  std::string insert_;
  std::set<std::pair<log::StreamName, log::Key>> keys_;
  std::vector<ParkedEvent> fresh_;
};

// As the table has it: all zeros where there is no order.
[[nodiscard]] OrderId order_column(const log::Key& key);
[[nodiscard]] log::Key key_of(UserId user, OrderId order_column);
// What Postgres takes as text.
[[nodiscard]] std::string storable(std::string text);

}  // namespace ordo::projections
