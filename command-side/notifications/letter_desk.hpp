#pragma once
// Purpose: delivers letters on threads of its own, many at once, and reports each outcome to the partition that asked. Who delivers is
//          given what waits, and nothing waits until there is more.
// Limits: whoever submits keeps the number of jobs under way bounded (LetterContext does).
// Threads: `submit` from every thread. Reports go into a ReportBox, which outlives both sides.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <variant>
#include <vector>

#include "command-side/notifications/letter_book.hpp"
#include "command-side/runtime/mailbox.hpp"
#include "events/log/event.hpp"
#include "events/log/event_log.hpp"

namespace ordo::notifications {

using Outcome = std::variant<Delivered, Undelivered>;

// What a letter is about, and whom to trace it to.
struct LetterContent {
  orders::OrderUpdateMessage update;
  log::Trace trace;
};

struct Errand {
  Delivery delivery;
  const LetterContent* content;
};

// Delivers letters. Each thread of the desk has its own.
class Carrier {
 public:
  virtual ~Carrier() = default;
  // How many are best given to `deliver` just now; at least 1.
  [[nodiscard]] virtual std::size_t errands_at_once() const = 0;
  // An outcome for each, in their order; blocks until all are known.
  [[nodiscard]] virtual std::vector<Outcome> deliver(std::span<const Errand> errands) = 0;
};
using MakeCarrier = std::function<std::unique_ptr<Carrier>()>;

// Where a partition finds the outcomes of its jobs; closed when the partition's context goes.
class ReportBox {
 public:
  struct Report {
    std::uint64_t ticket = 0;
    DeliveryReport report;
  };

  explicit ReportBox(runtime::Mailbox& mailbox) : mailbox_(&mailbox) {}

  // Asked before each job; false: nobody would record it, so it must not be done.
  [[nodiscard]] bool begin();
  // The mailbox gets one note for all that is put in until it is taken out.
  void put(std::vector<Report> reports);
  [[nodiscard]] std::vector<Report> take();
  void begin_no_more();
  void close();
  // Jobs that have begun and whose report was not taken.
  [[nodiscard]] std::size_t begun() const;

 private:
  mutable std::mutex mutex_;
  runtime::Mailbox* mailbox_;
  bool open_ = true;
  std::size_t begun_ = 0;
  std::vector<Report> reports_;
};

struct DeliveryJob {
  std::uint64_t ticket = 0;
  Delivery delivery;
  log::Partition partition = 0;
  std::optional<LetterContent> content;  // a retry leaves it out and has it read from the log again
  std::shared_ptr<ReportBox> reports;
};

// Who has letters delivered, in the background.
class Desk {
 public:
  virtual ~Desk() = default;
  // The outcomes come into the jobs' boxes, unless a box was closed before its job began.
  virtual void submit(std::vector<DeliveryJob> jobs) = 0;
};

class LetterDesk final : public Desk {
 public:
  LetterDesk(log::EventLog& log, Clock& clock, std::size_t threads, const MakeCarrier& make_carrier);
  // Jobs that have not begun are dropped: they are not recorded, so they are done after the next start.
  ~LetterDesk() override;

  void submit(std::vector<DeliveryJob> jobs) override;

 private:
  void work(const std::stop_token& stop, Carrier& carrier);
  // At least one, at most `count_max`; none: the end.
  [[nodiscard]] std::vector<DeliveryJob> await_jobs(const std::stop_token& stop, std::size_t count_max);
  void carry_out(std::vector<DeliveryJob> jobs, Carrier& carrier);

  log::EventLog& log_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any job_came_;
  std::deque<DeliveryJob> jobs_;
  std::vector<std::jthread> threads_;
};

}  // namespace ordo::notifications
