#include <future>

#include "projections/verification/log_cursor.hpp"
#include "tests/projections/verification/findings.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;

namespace {

// A log as a server gives it that has found one of its messages damaged: it counts it, delivers nothing from there on, and says nothing.
class DamagedLog final : public log::EventLog {
 public:
  DamagedLog(log::EventLog& whole, log::StreamName stream, std::uint64_t sequence) : whole_(whole), stream_(stream), sequence_(sequence) {}

  void append(log::AppendRequest request, log::AppendSettled settled) override { whole_.append(std::move(request), std::move(settled)); }

  std::unique_ptr<log::Reader> read(log::StreamName stream, std::uint64_t from_sequence, log::Deliver deliver) override {
    return whole_.read(stream, from_sequence, [this, deliver = std::move(deliver)](log::StoredMessage message) {
      if (message.stream != stream_ || message.sequence < sequence_) deliver(std::move(message));
    });
  }

  std::unique_ptr<log::Reader> listen(log::Deliver deliver) override { return whole_.listen(std::move(deliver)); }
  Result<log::StreamBounds> bounds(log::StreamName stream) override { return whole_.bounds(stream); }

  Result<log::StoredMessage> get(log::StreamName stream, std::uint64_t sequence) override {
    if (stream == stream_ && sequence == sequence_) return failure(FailureKind::corrupt, "there is no such message");
    return whole_.get(stream, sequence);
  }

 private:
  log::EventLog& whole_;
  log::StreamName stream_;
  std::uint64_t sequence_;
};

}  // namespace

TEST_CASE("a message that the log counts and cannot give is found") {
  log::InMemoryLog whole;
  AuditedStory().tell(whole);
  DamagedLog damaged(whole, {StreamKind::billing, 0}, 3);
  projections::Progress progress({});
  const auto checks = projections::audit_log({.log = damaged, .partitions = 1, .silence_max = std::chrono::milliseconds(5)}, progress).value();
  require_finding(checks.front(), "BILLING-0@3", "every message of the log is there");
}

TEST_CASE("a log that is silent for long is unavailable, and not unsound") {
  log::InMemoryLog log;
  projections::LogCursor cursor(log, {StreamKind::orders, 0}, 1, std::chrono::milliseconds(1));
  AuditedStory().tell(log);
  for (int message = 0; message < 4; ++message) REQUIRE(cursor.next({}));
  DamagedLog hidden(log, {StreamKind::orders, 0}, 1);
  projections::LogCursor silent(hidden, {StreamKind::orders, 0}, 2, std::chrono::milliseconds(1));
  const auto nothing = silent.next({});
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().kind == FailureKind::unavailable);
}

TEST_CASE("whoever waits for a message can be told to stop") {
  log::InMemoryLog log;
  projections::LogCursor cursor(log, {StreamKind::orders, 0}, 1, std::chrono::hours(1));
  std::stop_source stop;
  auto next = std::async(std::launch::async, [&] { return cursor.next(stop.get_token()); });
  stop.request_stop();
  const auto nothing = next.get();
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().text == "told to stop");
}
