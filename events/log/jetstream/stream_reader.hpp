#pragma once
// Purpose: reads one stream in order, for ever. For the .cpp files of this folder only.
// It asks the server for a consumer that sends everything from a sequence on, unacknowledged, and believes nothing: on a gap,
// a lost connection, a missing heartbeat or any error it asks for a new consumer from the first message not yet delivered. So it does when
// nothing has come for a while though the stream goes on: a consumer of a cluster may live on a server that has fallen behind, or may
// have slept through an election, and its heartbeats say that all is well.
// (nats.c's own ordered consumer does the like in secret, on threads of its own, and does not always come back.)
// Threads: one of its own, which delivers.

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "events/log/event_log.hpp"
#include "events/log/jetstream/connection.hpp"
#include "events/log/jetstream/handles.hpp"
#include "events/log/jetstream/retired_subscriptions.hpp"

namespace ordo::log::jetstream {

class StreamReader final : public Reader {
 public:
  // `quiet_limit`: after so long without a message the stream itself is asked whether there are any.
  StreamReader(std::shared_ptr<Connection> connection, StreamName stream, std::uint64_t from_sequence, Deliver deliver,
               std::chrono::milliseconds quiet_limit);
  ~StreamReader() override;

 private:
  // One consumer, from its creation to its end.
  struct Session {
    SubscriptionHandle subscription;
    std::uint64_t disconnects = 0;        // of the connection, before the session began
    std::uint64_t consumer_sequence = 0;  // of the last message
    std::chrono::steady_clock::time_point looks_at;  // whether the stream goes on, if nothing comes until then
    std::uint64_t missing = 0;            // a message that the stream had at the last look, and that had not come
  };

  void run(const std::stop_token& stop);
  [[nodiscard]] Result<Session> begin();
  // Answers why the session ended.
  [[nodiscard]] std::string follow(Session& session, const std::stop_token& stop);
  [[nodiscard]] std::string take(Session& session, natsMsg* message);
  [[nodiscard]] std::string take_status(const Session& session, natsMsg* message);
  [[nodiscard]] bool begins_at(std::uint64_t sequence);
  // Looks when it is due. Twice in a row the stream must be ahead of what was delivered: what was stored a moment ago may be under way.
  [[nodiscard]] bool is_left_behind(Session& session);

  const std::shared_ptr<Connection> connection_;
  const StreamName stream_;
  const Deliver deliver_;
  const std::chrono::milliseconds quiet_limit_;
  std::uint64_t next_;
  bool delivered_ = false;   // anything at all
  bool progressed_ = false;  // since the last session ended
  std::jthread thread_;
};

}  // namespace ordo::log::jetstream
