#pragma once
// Purpose: a subscription whose messages come on a thread of nats.c. For the .cpp files of this folder only.
// Threads: `on_message` is called by one thread, message after message; it must not throw.
// Owns:    the subscription. The destructor unsubscribes and waits until nats.c has made its last call: destroying a
//          subscription while it delivers is a use after free in nats.c. Never destroyed from within `on_message`.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "events/log/jetstream/connection_parts.hpp"

namespace ordo::log::jetstream {

class AsyncSubscription {
 public:
  using OnMessage = std::function<void(MessageHandle)>;

  // `queue_group` may be empty. Errors: unavailable.
  [[nodiscard]] static Result<std::unique_ptr<AsyncSubscription>> open(Connection& connection, const std::string& subject,
                                                                       const std::string& queue_group,
                                                                       OnMessage on_message);
  ~AsyncSubscription();
  AsyncSubscription(const AsyncSubscription&) = delete;
  AsyncSubscription& operator=(const AsyncSubscription&) = delete;

 private:
  explicit AsyncSubscription(OnMessage on_message) : on_message_(std::move(on_message)) {}

  static void deliver(natsConnection*, natsSubscription*, natsMsg* message, void* closure) noexcept;
  static void complete(void* closure) noexcept;

  OnMessage on_message_;
  std::mutex mutex_;
  std::condition_variable completed_changed_;
  bool completed_ = false;
  SubscriptionHandle subscription_;
};

}  // namespace ordo::log::jetstream
