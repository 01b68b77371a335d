#pragma once
// Purpose: what is told next to a client who is at a place, of what the read model has that is new: each event once, those of a stream of
//          the log in its order, and none before its cause. The lanes of the read model are not equally far, so an event whose cause is not
//          written yet is left for later.
// Threads: pure functions.

#include <vector>

#include "gateway/event_streams/place.hpp"
#include "query-side/orders/fresh_events.hpp"

namespace ordo::event_streams {

struct Told {
  orders::HistoryEntry event;
  Place then;  // where the client is once it has it
};

// `fresh`: what fresh_events answered to all questions of one client, each from `first_beyond(place, …)`. Less than all of it where a cause
// is missing; what is left comes again when it is asked for from there on.
[[nodiscard]] std::vector<Told> next_told(const Place& place, std::vector<orders::FreshEvent> fresh);

}  // namespace ordo::event_streams
