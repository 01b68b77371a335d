#include "tests/events/log/event_log_under_test.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"

namespace ordo::log {
namespace {

// Short, so that a test of a lost acknowledgement does not take long; long enough for a busy machine.
constexpr std::chrono::milliseconds kAppendTimeout{5000};

class JetStreamLogUnderTest final : public EventLogUnderTest {
 public:
  EventLog& log() override { return *on_server_.log; }
  void lose_next_ack(StreamName) override { on_server_.server.pause(); }
  void recover() override { on_server_.server.resume(); }

 private:
  jetstream::JetStreamOnServer on_server_{{.append_timeout = kAppendTimeout}};
};

}  // namespace

std::unique_ptr<EventLogUnderTest> make_event_log_under_test() { return std::make_unique<JetStreamLogUnderTest>(); }

}  // namespace ordo::log
