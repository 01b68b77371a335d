#pragma once
// Purpose: connects the letters' decider to the log: reads ORDERS, has letters delivered many at once, and records the outcomes
//          in the order of the updates in NOTIFICATIONS. A failed letter is recorded too, so that it holds up no other, and is
//          tried again from the state.
// Limits: `kLettersUnderWayMax` letters of a partition at once, retries included. At 2,500 letters/s of a partition that leaves each a
//         tenth of a second, and no more than so many are sent again after a crash.
// Threads: as runtime::Context says; the desk's threads only put notes into the mailbox.

#include <deque>
#include <memory>
#include <unordered_set>

#include "command-side/notifications/letter_desk.hpp"
#include "command-side/notifications/letter_state.hpp"
#include "command-side/runtime/context.hpp"

namespace ordo::notifications {

inline constexpr std::size_t kLettersUnderWayMax = 256;
inline constexpr std::size_t kRetriesUnderWayMax = 32;

class LetterContext final : public runtime::Context {
 public:
  LetterContext(log::Partition partition, Desk& desk, runtime::Mailbox& mailbox);
  ~LetterContext() override;

  [[nodiscard]] log::StreamKind output() const override { return log::StreamKind::notifications; }
  [[nodiscard]] std::span<const log::StreamKind> inputs() const override;
  [[nodiscard]] Result<void> fold(const log::Event& own) override;
  [[nodiscard]] std::uint32_t state_version() const override { return kLettersVersion; }
  [[nodiscard]] std::string save_state() const override { return save(letters_); }
  [[nodiscard]] Result<void> load_state(std::string_view bytes) override;
  [[nodiscard]] Result<void> take(const runtime::Input& input, runtime::Journal& journal) override;
  void conclude(const runtime::Input& input, std::optional<runtime::Decision> decision, runtime::Journal& journal) override;
  [[nodiscard]] Result<void> noted(runtime::Journal& journal) override;
  [[nodiscard]] Result<void> tick(Timestamp now) override;
  void wind_up(runtime::Journal& journal) override;
  [[nodiscard]] bool is_busy() const override { return reports_->begun() > 0; }
  // Nobody waits to see that a letter was recorded.
  [[nodiscard]] PaceLimits pace() const override {
    return {std::chrono::milliseconds(1), std::chrono::microseconds(60), std::chrono::milliseconds(20)};
  }
  [[nodiscard]] bool wants_input() const override { return queue_.size() < kLettersUnderWayMax; }

  [[nodiscard]] const LetterBook& state() const { return letters_.book; }

 private:
  // An input whose letter is under way, or which only waits for those before it.
  struct Waiting {
    log::StreamKind stream;
    log::Position position;
    log::Cause cause;
    log::Trace trace;
    std::uint64_t ticket = 0;   // higher than of those before it
    bool has_letter = false;
    std::optional<DeliveryReport> report;
    std::optional<runtime::Decision> decision;  // what stands in the place of a letter
  };
  [[nodiscard]] Waiting& wait_for(const runtime::Input& input);
  void start(std::uint64_t ticket, const Delivery& delivery, std::optional<LetterContent> content);
  void start_retries(Timestamp now);
  void settle(ReportBox::Report report, runtime::Journal& journal);
  void record_finished(runtime::Journal& journal);
  void record_out_of_order(runtime::Journal& journal);
  void record(const DeliveryReport& report, const log::Cause& cause, const log::Trace& trace,
              runtime::Journal& journal);

  log::Partition partition_;
  Desk& desk_;
  std::shared_ptr<ReportBox> reports_;
  Letters letters_;
  std::deque<Waiting> queue_;
  std::vector<DeliveryJob> to_submit_;  // at the next tick, together
  std::unordered_map<std::uint64_t, NotificationId> retries_;  // under way, by ticket
  std::unordered_set<NotificationId> retried_now_;
  std::uint64_t next_ticket_ = 1;
  bool winding_up_ = false;
};

}  // namespace ordo::notifications
