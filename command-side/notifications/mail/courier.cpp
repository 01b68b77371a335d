#include "command-side/notifications/mail/courier.hpp"

#include <utility>

namespace ordo::mail {
namespace {

tl::unexpected<MailFailure> stopped() {
  return tl::unexpected(MailFailure{MailFailureKind::stopped, "the courier was stopped before it came to this letter"});
}

}  // namespace

Courier::Courier(CourierSettings settings) : settings_(std::move(settings)) {
  threads_.reserve(settings_.threads);
  for (std::size_t index = 0; index < settings_.threads; ++index) threads_.emplace_back([this] { run(); });
}

Courier::~Courier() { stop(); }

void Courier::submit(Mail mail, Done done) {
  std::unique_lock lock(mutex_);
  not_full_.wait(lock, [this] { return stopping_ || queue_.size() < settings_.queue_size_max; });
  if (stopping_) {
    lock.unlock();
    done(stopped());
    return;
  }
  queue_.push_back({std::move(mail), std::move(done)});
  lock.unlock();
  not_empty_.notify_one();
}

void Courier::stop() {
  std::deque<Errand> waiting;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    waiting.swap(queue_);
  }
  not_empty_.notify_all();
  not_full_.notify_all();
  for (auto& errand : waiting) errand.done(stopped());
  const std::scoped_lock lock(joining_);
  threads_.clear();
}

void Courier::run() {
  SmtpMailer mailer(settings_.smtp);
  for (Errand errand; take(errand);) errand.done(mailer.send(errand.mail));
}

bool Courier::take(Errand& errand) {
  std::unique_lock lock(mutex_);
  not_empty_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  if (queue_.empty()) return false;
  errand = std::move(queue_.front());
  queue_.pop_front();
  lock.unlock();
  not_full_.notify_one();
  return true;
}

}  // namespace ordo::mail
