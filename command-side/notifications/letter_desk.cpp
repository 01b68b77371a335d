#include "command-side/notifications/letter_desk.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace ordo::notifications {
namespace {

Result<LetterContent> read_again(log::EventLog& log, const DeliveryJob& job) {
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
  return LetterContent{std::move(*update), event.trace};
}

}  // namespace

bool ReportBox::begin() {
  const std::scoped_lock lock(mutex_);
  if (open_) ++begun_;
  return open_;
}

void ReportBox::put(std::vector<Report> reports) {
  const std::scoped_lock lock(mutex_);
  if (mailbox_ == nullptr || reports.empty()) return;
  if (reports_.empty()) mailbox_->put(runtime::Note{});
  std::ranges::move(reports, std::back_inserter(reports_));
}

std::vector<ReportBox::Report> ReportBox::take() {
  const std::scoped_lock lock(mutex_);
  begun_ -= reports_.size();
  return std::exchange(reports_, {});
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

LetterDesk::LetterDesk(log::EventLog& log, Clock& clock, std::size_t threads, const MakeCarrier& make_carrier)
    : log_(log), clock_(clock) {
  for (std::size_t count = 0; count < threads; ++count) {
    threads_.emplace_back([this, carrier = make_carrier()](const std::stop_token& stop) { work(stop, *carrier); });
  }
}

LetterDesk::~LetterDesk() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

void LetterDesk::submit(std::vector<DeliveryJob> jobs) {
  if (jobs.empty()) return;
  const std::scoped_lock lock(mutex_);
  std::ranges::move(jobs, std::back_inserter(jobs_));
  job_came_.notify_one();
}

void LetterDesk::work(const std::stop_token& stop, Carrier& carrier) {
  while (true) {
    auto jobs = await_jobs(stop, carrier.errands_at_once());
    if (jobs.empty()) return;
    std::erase_if(jobs, [](const DeliveryJob& job) { return !job.reports->begin(); });
    if (!jobs.empty()) carry_out(std::move(jobs), carrier);
  }
}

std::vector<DeliveryJob> LetterDesk::await_jobs(const std::stop_token& stop, std::size_t count_max) {
  std::unique_lock lock(mutex_);
  if (!job_came_.wait(lock, stop, [this] { return !jobs_.empty(); }) || stop.stop_requested()) return {};
  const auto last = jobs_.begin() + static_cast<std::ptrdiff_t>(std::min(count_max, jobs_.size()));
  std::vector<DeliveryJob> jobs(std::move_iterator(jobs_.begin()), std::move_iterator(last));
  jobs_.erase(jobs_.begin(), last);
  // One thread wakes the next, so that there are as many as the letters need.
  if (!jobs_.empty()) job_came_.notify_one();
  return jobs;
}

void LetterDesk::carry_out(std::vector<DeliveryJob> jobs, Carrier& carrier) {
  std::vector<Outcome> outcomes(jobs.size());
  std::vector<Errand> errands;
  std::vector<std::size_t> places;  // of the errands among the jobs
  for (std::size_t place = 0; place < jobs.size(); ++place) {
    auto& job = jobs[place];
    if (!job.content) {
      auto read = read_again(log_, job);
      if (!read) {
        outcomes[place] = Undelivered{"the order update cannot be read: " + read.error().text, !read.error().retryable()};
        continue;
      }
      job.content = std::move(*read);
    }
    errands.push_back({job.delivery, &*job.content});
    places.push_back(place);
  }
  auto delivered = carrier.deliver(errands);
  for (std::size_t index = 0; index < places.size(); ++index) outcomes[places[index]] = std::move(delivered[index]);
  std::map<std::shared_ptr<ReportBox>, std::vector<ReportBox::Report>> reports;
  const auto now = clock_.now();
  for (std::size_t place = 0; place < jobs.size(); ++place) {
    const auto& job = jobs[place];
    reports[job.reports].push_back({job.ticket, {job.delivery, std::move(outcomes[place]), now}});
  }
  for (auto& [box, of_box] : reports) box->put(std::move(of_box));
}

}  // namespace ordo::notifications
