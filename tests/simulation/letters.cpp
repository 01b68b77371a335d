#include "tests/simulation/letters.hpp"

namespace ordo::simulation {

void SimulatedDesk::submit(std::vector<notifications::DeliveryJob> jobs) {
  for (auto& job : jobs) send(std::move(job));
}

void SimulatedDesk::send(notifications::DeliveryJob job) {
  timeline_.after(random_.between(0, 5), [this, job = std::move(job), alive = std::weak_ptr(alive_)] {
    if (alive.expired() || !job.reports->begin()) return;
    const bool hangs = post_.faulty && random_.one_in(30);
    if (hangs) occurrences_.count(Occurrence::mail_late);
    const auto takes_ms = hangs ? random_.between(1'000, 20'000) : random_.between(0, 30);
    timeline_.after(takes_ms, [this, job, alive, &post = post_] {
      // The server has it even if the process that sent it is gone.
      if (!post.away) ++post.letters[job.delivery.notification_id];
      if (!alive.expired()) deliver(job);
    });
  });
}

void SimulatedDesk::deliver(const notifications::DeliveryJob& job) {
  notifications::Outcome outcome = notifications::Delivered{};
  if (post_.away) {
    occurrences_.count(Occurrence::mail_refused);
    outcome = notifications::Undelivered{"the mail server is away"};
  } else if (post_.faulty && random_.one_in(30)) {
    occurrences_.count(Occurrence::mail_answer_lost);
    outcome = notifications::Undelivered{"the answer was lost"};
  }
  job.reports->put({{job.ticket, {job.delivery, std::move(outcome), clock_.now()}}});
  heard_();
}

}  // namespace ordo::simulation
