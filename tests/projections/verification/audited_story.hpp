#pragma once
// Purpose: a short sound history of one wallet, every event in a run of its own, to be broken at one place and audited:
//            USERS@1 registered; BILLING@1 opened; BILLING@2 topped up by 1000
//            order `paid` of 300:  ORDERS@1 pending, BILLING@3 paid, ORDERS@2 PAID, NOTIFICATIONS@1 failed, @2 sent
//            order `dear` of 5000: ORDERS@3 pending, BILLING@4 refused, ORDERS@4 CANCELLED, NOTIFICATIONS@3 sent
//          COMMANDS@1 asks for the top-up, @2 and @3 for the orders.
// Threads: one.

#include <functional>
#include <map>
#include <vector>

#include "events/billing/events.hpp"
#include "events/identity/events.hpp"
#include "events/log/in_memory_log.hpp"
#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"
#include "events/parking/events.hpp"
#include "projections/verification/log_audit.hpp"
#include "tests/projections/envelope.hpp"

namespace ordo::tests {

class AuditedStory {
 public:
  AuditedStory();

  UserId user = id_of<UserId>(1);
  OrderId paid = id_of<OrderId>(2);
  OrderId dear = id_of<OrderId>(3);
  log::Partition partitions = 1;

  // Appends a run with one event, decided after all that was said before.
  log::Cause put(log::StreamKind stream, log::Payload payload, std::optional<log::Cause> cause = {});

  [[nodiscard]] log::Run& run(log::StreamKind stream, std::size_t sequence) { return runs_[stream].at(sequence - 1); }
  [[nodiscard]] log::Event& event(log::StreamKind stream, std::size_t sequence) { return run(stream, sequence).events.front(); }
  [[nodiscard]] log::Cause cause(log::StreamKind stream, std::size_t sequence);

  // The owner of the output stream could not decide what stands there, or (without a fault) did not try. What has no key yet gets this one.
  log::Cause park(log::StreamKind output, const log::Cause& input, const log::Key& key, std::optional<parking::Fault> fault = {});
  log::Cause release(log::StreamKind output, const parking::ParkedReleased& released);

  // Repeats what stands there, as a new event at the end of its stream.
  void repeat(log::StreamKind stream, std::size_t sequence);

  void change_billing(std::size_t sequence, const std::function<void(billing::Event&)>& change);
  void change_order(std::size_t sequence, const std::function<void(orders::Event&)>& change);
  void change_letter(std::size_t sequence, const std::function<void(notifications::Event&)>& change);

  void tell(log::InMemoryLog& log) const;
  // Of partition 0, whatever `partitions` says.
  [[nodiscard]] projections::Check audit() const;

 private:
  void order(const orders::Purchase& purchase, const billing::PaymentProcessed& payment, const orders::OrderUpdateMessage& update);

  std::map<log::StreamKind, std::vector<log::Run>> runs_;
  log::Checkpoints said_;
};

[[nodiscard]] projections::Check audit(log::InMemoryLog& log, log::Partition partitions = 1);

}  // namespace ordo::tests
