#pragma once
// Purpose: tells who is gone, within a second or so: for gateways, who refuse their tokens, and whoever remembers addresses. It asks
//          identity again and again, so that nobody is missed who went while this process, identity or the network was away.
// Threads: `gone` is called on a thread of its own, one call at a time, until the destructor returns; it must not throw.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "events/identity/client.hpp"

namespace ordo::identity {

class ForgottenWatch {
 public:
  // The client outlives this.
  ForgottenWatch(IdentityClient& identity, std::function<void(UserId)> gone,
                 std::chrono::milliseconds every = std::chrono::seconds(1));

 private:
  void run(const std::stop_token& stop);
  void ask();

  IdentityClient& identity_;
  const std::function<void(UserId)> gone_;
  const std::chrono::milliseconds every_;
  std::int64_t place_ = 0;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;  // the last member: it uses all the others
};

}  // namespace ordo::identity
