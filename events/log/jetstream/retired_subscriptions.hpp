#pragma once
// Purpose: destroys subscriptions when nats.c has let go of them. For the .cpp files of this folder only.
// The reading thread of nats.c 3.4.1 finds a message's subscription, releases its lock, copies the message, and only then locks the
// subscription: one that is destroyed meanwhile is locked after it was freed (nats.c #637, mended in 3.6). So a subscription is
// unsubscribed first, and is not found from then on; once an answer has come to what was asked after that, the reading thread has
// passed on, and it may be destroyed.
// Threads: all; it may block for 100 ms. What was retired without an answer is destroyed at the next occasion, or with this.

#include <memory>
#include <mutex>
#include <vector>

#include "events/log/jetstream/handles.hpp"

namespace ordo::log::jetstream {

class RetiredSubscriptions {
 public:
  // `connection` outlives this, and is closed before this is destroyed. On `silent_subject`, where one may ask, nobody listens.
  RetiredSubscriptions(const ConnectionHandle& connection, std::string silent_subject)
      : connection_(connection), silent_subject_(std::move(silent_subject)) {}
  ~RetiredSubscriptions();
  RetiredSubscriptions(const RetiredSubscriptions&) = delete;
  RetiredSubscriptions& operator=(const RetiredSubscriptions&) = delete;

  // Takes it over. Requires: nothing is being delivered to it. A synchronous one: no thread is in NextMsg. An asynchronous one:
  // see `AsyncSubscription`.
  void take(natsSubscription* subscription) noexcept;

 private:
  using Subscriptions = std::vector<natsSubscription*>;

  [[nodiscard]] Subscriptions begin_to_destroy();
  [[nodiscard]] bool reading_thread_has_passed() const;

  const ConnectionHandle& connection_;
  const std::string silent_subject_;
  std::mutex mutex_;
  Subscriptions waiting_;
  bool destroying_ = false;  // by one thread at a time
};

struct Retire {
  RetiredSubscriptions* retired = nullptr;
  void operator()(natsSubscription* subscription) const noexcept { retired->take(subscription); }
};

// Its connection outlives it.
using SubscriptionHandle = std::unique_ptr<natsSubscription, Retire>;

}  // namespace ordo::log::jetstream
