#include "command-side/notifications/letter_desk.hpp"

namespace ordo::notifications {
namespace {

using Content = std::pair<orders::OrderUpdateMessage, log::Trace>;

Result<Content> read_again(log::EventLog& log, const DeliveryJob& job) {
  const auto position = job.delivery.order_update;
  const auto message = log.get({log::StreamKind::orders, job.partition}, position.sequence);
  if (!message) return tl::unexpected(message.error());
  const auto run = log::decode_run(message->payload);
  if (!run) return tl::unexpected(run.error());
  if (position.index >= run->events.size()) return failure(FailureKind::corrupt, "no such event in the order's run");
  const auto& event = run->events[position.index];
  auto decoded = orders::decode(event.payload);
  if (!decoded) return tl::unexpected(decoded.error());
  auto* update = std::get_if<orders::OrderUpdateMessage>(&*decoded);
  if (update == nullptr) return failure(FailureKind::corrupt, "a retry points at what is no order update");
  return Content{std::move(*update), event.trace};
}

}  // namespace

bool ReportBox::begin() {
  const std::scoped_lock lock(mutex_);
  if (open_) ++begun_;
  return open_;
}

void ReportBox::put(std::uint64_t ticket, DeliveryReport report) {
  const std::scoped_lock lock(mutex_);
  if (mailbox_ == nullptr) return;
  reports_.emplace(ticket, std::move(report));
  mailbox_->put(runtime::Note{ticket});
}

std::optional<DeliveryReport> ReportBox::take(std::uint64_t ticket) {
  const std::scoped_lock lock(mutex_);
  const auto found = reports_.find(ticket);
  if (found == reports_.end()) return std::nullopt;
  auto report = std::move(found->second);
  reports_.erase(found);
  --begun_;
  return report;
}

void ReportBox::begin_no_more() {
  const std::scoped_lock lock(mutex_);
  open_ = false;
}

void ReportBox::close() {
  const std::scoped_lock lock(mutex_);
  open_ = false;
  mailbox_ = nullptr;
}

std::size_t ReportBox::begun() const {
  const std::scoped_lock lock(mutex_);
  return begun_;
}

LetterDesk::LetterDesk(log::EventLog& log, Clock& clock, std::size_t threads,
                       std::function<DeliverLetter()> make_deliver)
    : log_(log), clock_(clock) {
  for (std::size_t count = 0; count < threads; ++count) {
    threads_.emplace_back([this, make_deliver](std::stop_token stop) { work(std::move(stop), make_deliver()); });
  }
}

LetterDesk::~LetterDesk() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

void LetterDesk::submit(DeliveryJob job) {
  const std::scoped_lock lock(mutex_);
  jobs_.push_back(std::move(job));
  job_came_.notify_one();
}

void LetterDesk::work(std::stop_token stop, const DeliverLetter& deliver) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (!job_came_.wait(lock, stop, [this] { return !jobs_.empty(); }) || stop.stop_requested()) return;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    if (!job.reports->begin()) continue;
    auto outcome = carry_out(job, deliver);
    job.reports->put(job.ticket, {job.delivery, std::move(outcome), clock_.now()});
  }
}

Outcome LetterDesk::carry_out(const DeliveryJob& job, const DeliverLetter& deliver) {
  auto content = job.content ? Result<Content>(*job.content) : read_again(log_, job);
  if (!content) return Undelivered{"the order update cannot be read: " + content.error().text, !content.error().retryable()};
  return deliver(job.delivery, content->first, content->second);
}

}  // namespace ordo::notifications
