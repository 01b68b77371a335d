#include "events/log/in_memory_log.hpp"
#include "tests/events/log/event_log_under_test.hpp"

namespace ordo::log {
namespace {

class InMemoryLogUnderTest final : public EventLogUnderTest {
 public:
  EventLog& log() override { return log_; }
  void lose_next_ack(StreamName stream) override { log_.inject(stream, Fault::lose_ack); }
  void recover() override {}

 private:
  InMemoryLog log_;
};

}  // namespace

std::unique_ptr<EventLogUnderTest> make_event_log_under_test() { return std::make_unique<InMemoryLogUnderTest>(); }

}  // namespace ordo::log
