#pragma once
// Purpose: delivers letters on threads of its own, many at once, and reports each outcome to the partition that asked.
// Limits: whoever submits keeps the number of jobs under way bounded (LetterContext does).
// Threads: `submit` from every thread. Reports go into a ReportBox, which outlives both sides.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "command-side/notifications/letter_book.hpp"
#include "command-side/runtime/mailbox.hpp"
#include "events/log/event.hpp"
#include "events/log/event_log.hpp"

namespace ordo::notifications {

using Outcome = std::variant<Delivered, Undelivered>;

// Delivers one letter; blocks while it does. Each thread of the desk has its own.
using DeliverLetter =
    std::function<Outcome(const Delivery&, const orders::OrderUpdateMessage&, const log::Trace&)>;

// Where a partition finds the outcomes of its jobs; closed when the partition's context goes.
class ReportBox {
 public:
  explicit ReportBox(runtime::Mailbox& mailbox) : mailbox_(&mailbox) {}

  // Asked before each job; false: nobody would record it, so it must not be done.
  [[nodiscard]] bool begin();
  void put(std::uint64_t ticket, DeliveryReport report);
  [[nodiscard]] std::optional<DeliveryReport> take(std::uint64_t ticket);
  void begin_no_more();
  void close();
  // Jobs that have begun and whose report was not taken.
  [[nodiscard]] std::size_t begun() const;

 private:
  mutable std::mutex mutex_;
  runtime::Mailbox* mailbox_;
  bool open_ = true;
  std::size_t begun_ = 0;
  std::unordered_map<std::uint64_t, DeliveryReport> reports_;
};

struct DeliveryJob {
  std::uint64_t ticket = 0;
  Delivery delivery;
  log::Partition partition = 0;
  // What the letter is about and whom to trace it to; a retry leaves it out and has it read from the log again.
  std::optional<std::pair<orders::OrderUpdateMessage, log::Trace>> content;
  std::shared_ptr<ReportBox> reports;
};

// Who has letters delivered, in the background.
class Desk {
 public:
  virtual ~Desk() = default;
  // The outcome comes into the job's box, unless the box was closed before the job began.
  virtual void submit(DeliveryJob job) = 0;
};

class LetterDesk final : public Desk {
 public:
  LetterDesk(log::EventLog& log, Clock& clock, std::size_t threads, std::function<DeliverLetter()> make_deliver);
  // Jobs that have not begun are dropped: they are not recorded, so they are done after the next start.
  ~LetterDesk() override;

  void submit(DeliveryJob job) override;

 private:
  void work(std::stop_token stop, const DeliverLetter& deliver);
  [[nodiscard]] Outcome carry_out(const DeliveryJob& job, const DeliverLetter& deliver);

  log::EventLog& log_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any job_came_;
  std::deque<DeliveryJob> jobs_;
  std::vector<std::jthread> threads_;
};

}  // namespace ordo::notifications
