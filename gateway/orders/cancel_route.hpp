#pragma once
// Purpose: the route by which an order is cancelled.
//   202  stored; its owner decides. With `Prefer: wait` 200 and the order: CANCELLED where it was not paid yet, REFUNDED where it was.
//        A payment that was under way when a pending order was cancelled is refunded too: that order becomes REFUNDED later on.
//   409  `order_not_cancellable`: it was cancelled or refunded before, or it ended otherwise while the client waited
//   404  there is no such order, or it is someone else's: whoever may read it may still not cancel it
//  422  `idempotency_key_reused`: another reason under the same key
//          A repeat under the same Idempotency-Key is answered as the first one was, with the order as it is by then. The reason is
//          checked and not kept: people write it, and what they write may name them; what is kept is that the cancellation was
//          REQUESTED, and in its id a hash of key and reason.
// Threads: on the worker pool, behind the gate. Owns: all that it is given outlives it; it is destroyed before the flow and after
//          the server stopped.

#include <optional>

#include "events/log/event_log.hpp"
#include "events/vocabulary/time.hpp"
#include "gateway/commands/command_flow.hpp"
#include "gateway/http/router.hpp"
#include "gateway/reads/read_gate.hpp"
#include "query-side/orders/orders.hpp"

namespace ordo::orders {

class CancelRoute {
 public:
  CancelRoute(commands::CommandFlow& flow, postgres::Pool& pool, reads::ReadGate& gate, log::EventLog& log, Clock& clock,
              log::Partition partitions);

  void add_to(http::Router& router);

 private:
  // What the read model says of an order that it does not have: it may be behind, or there may be none.
  enum class Unseen { may_be_new, is_none };

  void cancel(const http::Request& request, http::Responder responder, Unseen unseen);
  void wait_until_seen(http::Request request, http::Responder responder) const;
  [[nodiscard]] Result<std::optional<live::Outcome>> outcome_of(const OrderView& order) const;
  [[nodiscard]] commands::Submission submission_of(const OrderView& order, const http::Request& request,
                                                   const std::string& canonical) const;

  commands::CommandFlow& flow_;
  postgres::Pool& pool_;
  reads::ReadGate& gate_;
  log::EventLog& log_;
  Clock& clock_;
  const log::Partition partitions_;
  http::Handler once_seen_;
};

}  // namespace ordo::orders
