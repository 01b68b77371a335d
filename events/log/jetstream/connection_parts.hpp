#pragma once
// Purpose: what a `Connection` is made of. For the .cpp files of this folder only.
// Threads: `handle` and `context` may be used by all; nats.c locks them itself.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "events/log/jetstream/connection.hpp"
#include "events/log/jetstream/handles.hpp"
#include "events/log/jetstream/retired_subscriptions.hpp"

namespace ordo::log::jetstream {

struct Connection::Parts {
  explicit Parts(Access who) : access(std::move(who)) {}
  ~Parts();

  // A subject that nobody else has, for answers.
  [[nodiscard]] std::string new_inbox() const;

  const Access access;
  ConnectionHandle handle;
  ContextHandle context;
  RetiredSubscriptions retired{handle, access.inbox_prefix + ".nobody"};
  std::atomic<std::uint64_t> disconnects{0};
  std::atomic<bool> closing{false};

  std::mutex mutex;
  std::condition_variable closed_changed;
  bool closed = false;
  std::map<const void*, std::function<void()>> observers;
};

// Calls back whenever the connection is lost, on a thread of nats.c, until destroyed. The callback must only take note.
class DisconnectObserver {
 public:
  DisconnectObserver(Connection& connection, std::function<void()> on_disconnect) : parts_(connection.parts()) {
    const std::lock_guard lock(parts_.mutex);
    parts_.observers[this] = std::move(on_disconnect);
  }
  ~DisconnectObserver() {
    const std::lock_guard lock(parts_.mutex);
    parts_.observers.erase(this);
  }
  DisconnectObserver(const DisconnectObserver&) = delete;
  DisconnectObserver& operator=(const DisconnectObserver&) = delete;

 private:
  Connection::Parts& parts_;
};

[[nodiscard]] tl::unexpected<Failure> failure_of(natsStatus status, const std::string& what);

}  // namespace ordo::log::jetstream
