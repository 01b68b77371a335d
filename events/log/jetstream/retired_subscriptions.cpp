#include "events/log/jetstream/retired_subscriptions.hpp"

#include <iterator>
#include <utility>

namespace ordo::log::jetstream {
namespace {

constexpr std::int64_t kAnswerLimitMs = 100;  // of a server that hangs: a process with many readers must still end soon

void destroy(const std::vector<natsSubscription*>& subscriptions) {
  for (auto* const subscription : subscriptions) natsSubscription_Destroy(subscription);
}

}  // namespace

RetiredSubscriptions::~RetiredSubscriptions() { destroy(waiting_); }

void RetiredSubscriptions::take(natsSubscription* subscription) noexcept {
  natsSubscription_Unsubscribe(subscription);
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(subscription);
  }
  for (auto chosen = begin_to_destroy(); !chosen.empty(); chosen = begin_to_destroy()) {
    const bool passed = reading_thread_has_passed();
    if (passed) destroy(chosen);
    const std::lock_guard lock(mutex_);
    destroying_ = false;
    if (passed) continue;
    waiting_.insert(waiting_.end(), chosen.begin(), chosen.end());
    return;
  }
}

// Empty: there are none, or another thread is at it, which will look again.
RetiredSubscriptions::Subscriptions RetiredSubscriptions::begin_to_destroy() {
  const std::lock_guard lock(mutex_);
  if (destroying_) return {};
  destroying_ = !waiting_.empty();
  return std::exchange(waiting_, {});
}

// Asks something that nobody answers but the server, which says at once that nobody listens.
bool RetiredSubscriptions::reading_thread_has_passed() const {
  if (natsConnection_Status(connection_.get()) != NATS_CONN_STATUS_CONNECTED) return false;
  natsMsg* answer = nullptr;
  const auto status = natsConnection_Request(&answer, connection_.get(), silent_subject_.c_str(), nullptr, 0, kAnswerLimitMs);
  const MessageHandle message(answer);
  return status == NATS_OK || status == NATS_NO_RESPONDERS;
}

}  // namespace ordo::log::jetstream
