#pragma once
// Purpose: the routes of event streams (text/event-stream).
//   GET /api/orders/{id}/events  all events of one order, from its first one on; 404 where there is none, or it is someone else's
//   GET /api/events              those of all orders of the user who asks, an admin's too, from now on: from where the read model is
// With `Last-Event-ID` both go on strictly behind that event. 400 `invalid_event_id` for anything but an id of the same route, order and
// user; 429 and 503 as seats.hpp says. A stream ends with the access token that it was opened with.
// Threads: on the worker pool, behind the gate. Owns: all that it is given outlives it.

#include "events/log/stream.hpp"
#include "events/vocabulary/time.hpp"
#include "gateway/event_streams/event_streams.hpp"
#include "gateway/http/router.hpp"
#include "gateway/reads/read_gate.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::event_streams {

class EventRoutes {
 public:
  EventRoutes(EventStreams& streams, postgres::Pool& pool, reads::ReadGate& gate, const reads::CursorSeal& seal, Clock& clock,
              log::Partition partitions, SeatLimits limits = {});

  void add_to(http::Router& router);
  [[nodiscard]] std::size_t open_streams() const { return seats_.taken(); }

 private:
  void of_order(const http::Request& request, http::Responder responder);
  void of_user(const http::Request& request, http::Responder responder);

  // Where the client says that it was; nothing: it does not say.
  [[nodiscard]] Result<std::optional<Place>, http::Problem> place_told(const http::Request& request, std::string_view sealed_for) const;
  [[nodiscard]] Result<Place> place_now(log::Partition partition) const;
  void open(const http::Request& request, http::Responder responder, Watch watch);

  EventStreams& streams_;
  postgres::Pool& pool_;
  reads::ReadGate& gate_;
  const reads::CursorSeal& seal_;
  Clock& clock_;
  const log::Partition partitions_;
  Seats seats_;
};

}  // namespace ordo::event_streams
