#pragma once
// Purpose: the contract suite's hold on a log. The suite is compiled once; each implementation links its own
//          `make_event_log_under_test`.

#include <memory>

#include "events/log/event_log.hpp"

namespace ordo::log {

class EventLogUnderTest {
 public:
  virtual ~EventLogUnderTest() = default;

  // Fresh, with two partitions of every stream.
  [[nodiscard]] virtual EventLog& log() = 0;

  // The next append to the stream is stored, but its caller is told `timeout`. At the latest after `recover` it is stored.
  virtual void lose_next_ack(StreamName stream) = 0;
  virtual void recover() = 0;
};

[[nodiscard]] std::unique_ptr<EventLogUnderTest> make_event_log_under_test();

}  // namespace ordo::log
