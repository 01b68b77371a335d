#pragma once
// Purpose: hears what every stream republishes to "live.>". For the .cpp files of this folder only.
// Threads: one of its own, which delivers.

#include <memory>
#include <stop_token>
#include <thread>

#include "events/log/event_log.hpp"
#include "events/log/jetstream/connection.hpp"
#include "events/log/jetstream/retired_subscriptions.hpp"

namespace ordo::log::jetstream {

class LiveReader final : public Reader {
 public:
  LiveReader(std::shared_ptr<Connection> connection, Deliver deliver);
  ~LiveReader() override;

 private:
  void run(const std::stop_token& stop);

  const std::shared_ptr<Connection> connection_;
  const Deliver deliver_;
  SubscriptionHandle subscription_;
  std::jthread thread_;
};

}  // namespace ordo::log::jetstream
