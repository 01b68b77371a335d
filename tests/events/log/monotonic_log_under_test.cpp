#include "events/log/in_memory_log.hpp"
#include "events/log/monotonic_log.hpp"
#include "tests/events/log/event_log_under_test.hpp"

namespace ordo::log {
namespace {

class MonotonicLogUnderTest final : public EventLogUnderTest {
 public:
  EventLog& log() override { return log_; }
  void lose_next_ack(StreamName stream) override { behind_.inject(stream, Fault::lose_ack); }
  void recover() override {}

 private:
  InMemoryLog behind_;
  MonotonicLog log_{behind_};
};

}  // namespace

std::unique_ptr<EventLogUnderTest> make_event_log_under_test() { return std::make_unique<MonotonicLogUnderTest>(); }

}  // namespace ordo::log
