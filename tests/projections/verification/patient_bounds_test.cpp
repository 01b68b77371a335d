#include "projections/verification/patient_bounds.hpp"

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"

namespace ordo::projections {
namespace {

using namespace std::chrono_literals;

const log::StreamName kOrders{log::StreamKind::orders, 0};

// Says twice that the stream ends early, as a server does that has just won an election.
class HesitantLog final : public log::EventLog {
 public:
  explicit HesitantLog(std::uint64_t last_sequence) : last_sequence_(last_sequence) {}
  void append(log::AppendRequest request, log::AppendSettled settled) override { log_.append(std::move(request), std::move(settled)); }
  std::unique_ptr<log::Reader> read(log::StreamName stream, std::uint64_t from_sequence, log::Deliver deliver) override {
    return log_.read(stream, from_sequence, std::move(deliver));
  }
  std::unique_ptr<log::Reader> listen(log::Deliver deliver) override { return log_.listen(std::move(deliver)); }
  Result<log::StreamBounds> bounds(log::StreamName) override { return log::StreamBounds{1, ++asked <= 2 ? 3 : last_sequence_}; }
  Result<log::StoredMessage> get(log::StreamName stream, std::uint64_t sequence) override { return log_.get(stream, sequence); }

  int asked = 0;

 private:
  const std::uint64_t last_sequence_;
  log::InMemoryLog log_;
};

}  // namespace

TEST_CASE("a stream that is known to go further is asked again until it says so") {
  HesitantLog log(9);
  CHECK(patient_bounds(log, kOrders, 7, 30s, {})->last_sequence == 9);
  CHECK(log.asked == 3);
}

TEST_CASE("a stream that keeps to its end is believed after a while") {
  HesitantLog log(5);
  CHECK(patient_bounds(log, kOrders, 7, 120ms, {})->last_sequence == 5);
}

TEST_CASE("a stream that goes as far as it is known to is asked once") {
  HesitantLog log(9);
  CHECK(patient_bounds(log, kOrders, 3, 30s, {})->last_sequence == 3);
  CHECK(log.asked == 1);
}

}  // namespace ordo::projections
