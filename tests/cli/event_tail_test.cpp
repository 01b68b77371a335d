#include <condition_variable>
#include <mutex>

#include <catch2/catch.hpp>

#include "cli/event_tail.hpp"
#include "events/log/in_memory_log.hpp"

using namespace ordo;
using cli::EventTail;

namespace {

constexpr log::StreamName kFirst{log::StreamKind::commands, 0};
const auto kSoon = [] { return std::chrono::steady_clock::now() + std::chrono::seconds(20); };

std::string run_of(int events, const std::string& correlation_id) {
  log::Run run;
  for (int count = 0; count < events; ++count) {
    run.events.push_back({EventId::random(), {"Nothing.v1", ""}, {}, {correlation_id, "", {}}, {1'790'000'000'000}, {}});
  }
  return log::encode_run(run);
}

void append(log::EventLog& log, const std::string& payload) {
  log.append({kFirst, log::subjects_of(kFirst).front(), payload, {}}, [](const auto&) {});
}

// Tells the ends of its first stream only, and those of the second, as failed, when the first stream's reader is in its delivery.
class HalfALog final : public log::EventLog {
 public:
  void append(log::AppendRequest request, log::AppendSettled settled) override { log_.append(std::move(request), std::move(settled)); }
  std::unique_ptr<log::Reader> read(log::StreamName stream, std::uint64_t from, log::Deliver deliver) override {
    return log_.read(stream, from, [this, deliver = std::move(deliver)](log::StoredMessage message) {
      {
        const std::scoped_lock lock(mutex_);
        delivering_ = true;
      }
      began_.notify_all();
      deliver(std::move(message));
    });
  }
  std::unique_ptr<log::Reader> listen(log::Deliver deliver) override { return log_.listen(std::move(deliver)); }
  Result<log::StreamBounds> bounds(log::StreamName stream) override {
    if (stream == kFirst) return log_.bounds(stream);
    std::unique_lock lock(mutex_);
    began_.wait(lock, [this] { return delivering_; });
    return failure(FailureKind::timeout, "no answer");
  }
  Result<log::StoredMessage> get(log::StreamName stream, std::uint64_t sequence) override { return log_.get(stream, sequence); }

 private:
  log::InMemoryLog log_;
  std::mutex mutex_;
  std::condition_variable began_;
  bool delivering_ = false;
};

}  // namespace

TEST_CASE("a tail shows the events of a correlation id, from the beginning and as they come") {
  log::InMemoryLog log;
  append(log, run_of(2, "other"));
  append(log, run_of(1, "mine"));
  const auto tail = EventTail::open(log, {.partitions = 1, .since_start = true, .correlation_id = "mine"});
  REQUIRE(tail);
  CHECK((*tail)->take(kSoon())->at.position == log::Position{2, 0});
  append(log, run_of(1, "mine"));
  CHECK((*tail)->take(kSoon())->at.position == log::Position{3, 0});
  CHECK_FALSE((*tail)->take(std::chrono::steady_clock::now()));
}

TEST_CASE("a tail that nobody takes from any more ends though its readers wait for room") {
  log::InMemoryLog log;
  for (int count = 0; count < 3; ++count) append(log, run_of(9'000, "flood"));
  auto tail = EventTail::open(log, {.partitions = 1, .since_start = true});
  REQUIRE(tail);
  CHECK((*tail)->take(kSoon()));
}

TEST_CASE("a tail that cannot be opened ends though a reader is held up by its full queue") {
  HalfALog log;
  append(log, run_of(20'000, "flood"));
  const auto tail = EventTail::open(log, {.partitions = 1, .since_start = true});
  REQUIRE_FALSE(tail);
  CHECK(tail.error().kind == FailureKind::timeout);
}
