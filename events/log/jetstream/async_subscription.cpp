#include "events/log/jetstream/async_subscription.hpp"

#include <utility>

namespace ordo::log::jetstream {

Result<std::unique_ptr<AsyncSubscription>> AsyncSubscription::open(Connection& connection, const std::string& subject,
                                                                   const std::string& queue_group,
                                                                   OnMessage on_message) {
  std::unique_ptr<AsyncSubscription> made(new AsyncSubscription(std::move(on_message)));
  auto* const handle = connection.parts().handle.get();
  natsSubscription* subscription = nullptr;
  natsStatus status = queue_group.empty()
                          ? natsConnection_Subscribe(&subscription, handle, subject.c_str(), deliver, made.get())
                          : natsConnection_QueueSubscribe(&subscription, handle, subject.c_str(), queue_group.c_str(),
                                                          deliver, made.get());
  if (status != NATS_OK) {
    return failure(FailureKind::unavailable, "cannot subscribe to " + subject + ": " + natsStatus_GetText(status));
  }
  made->subscription_ = {subscription, Retire{&connection.parts().retired}};
  natsSubscription_SetPendingLimits(subscription, -1, -1);
  natsSubscription_SetOnCompleteCB(subscription, complete, made.get());
  return made;
}

AsyncSubscription::~AsyncSubscription() {
  if (!subscription_) return;
  natsSubscription_Unsubscribe(subscription_.get());
  std::unique_lock lock(mutex_);
  completed_changed_.wait(lock, [this] { return completed_; });
}

void AsyncSubscription::deliver(natsConnection*, natsSubscription*, natsMsg* message, void* closure) noexcept {
  static_cast<AsyncSubscription*>(closure)->on_message_(MessageHandle(message));
}

void AsyncSubscription::complete(void* closure) noexcept {
  auto& self = *static_cast<AsyncSubscription*>(closure);
  const std::lock_guard lock(self.mutex_);
  self.completed_ = true;
  self.completed_changed_.notify_all();  // under the lock: the destructor may be waiting for just this
}

}  // namespace ordo::log::jetstream
