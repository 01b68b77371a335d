#pragma once
// Purpose: what a log holds about an order, found by looking at everything, as it happened.
// Threads: one.

#include <vector>

#include "events/log/event_log.hpp"
#include "events/log/logged_event.hpp"
#include "projections/history/order_events.hpp"
#include "projections/verification/spoken_of.hpp"

namespace ordo::tests {

inline std::vector<log::LoggedEvent> all_events_about(OrderId order, log::EventLog& log, log::Partition partitions) {
  std::vector<log::LoggedEvent> found;
  for (const auto kind : log::kStreamKinds) {
    for (log::Partition partition = 0; partition < partitions; ++partition) {
      const log::StreamName stream{kind, partition};
      const auto bounds = log.bounds(stream).value();
      for (auto sequence = bounds.first_sequence; sequence <= bounds.last_sequence; ++sequence) {
        auto events = log::events_of(log.get(stream, sequence).value()).value();
        for (auto& logged : events) {
          const auto spoken = projections::spoken_of(kind, logged.event.payload);
          if (spoken && spoken->about == order.bytes()) found.push_back(std::move(logged));
        }
      }
    }
  }
  return log::in_causal_order(std::move(found));
}

inline std::vector<log::LoggedEvent> events_of_order(log::EventLog& log, OrderId order, log::Partition partitions = 1,
                                                     const projections::LogIndex& index = {}) {
  projections::Progress progress({});
  return projections::order_events({log, partitions, {}}, order, index, progress).value();
}

}  // namespace ordo::tests
