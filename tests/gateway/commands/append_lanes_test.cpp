#include <catch2/catch.hpp>

#include <map>

#include "events/log/in_memory_log.hpp"
#include "gateway/commands/append_lanes.hpp"

namespace ordo::commands {
namespace {

using namespace std::chrono_literals;
using Outcome = Result<log::StreamPosition>;

constexpr Instant kStart{1h};
const log::StreamName kStream{log::StreamKind::commands, 0};

// Lanes over a log that moves by hand: one thread, virtual time.
class Stepped {
 public:
  explicit Stepped(AppendLimits limits = {}) : lanes(limits) {}

  // Answers the number under which its outcome will be found.
  std::optional<int> submit(log::Partition partition = 0, std::size_t payload_bytes = 100,
                            log::Topic topic = log::Topic::order_create) {
    Command command{topic, partition, {}};
    command.event.id = EventId::random();
    command.event.payload = {"Test.v1", std::string(payload_bytes, 'x')};
    const int number = next_++;
    CommandSettled settled = [this, number](Outcome outcome) { outcomes[number].push_back(std::move(outcome)); };
    return lanes.submit(command, settled, now) ? std::optional(number) : std::nullopt;
  }

  // Makes the appends that are due; the log has them, nothing is settled yet.
  std::size_t send() {
    auto appends = lanes.due(now);
    for (auto& [lane, request] : appends) {
      log.append(std::move(request), [this, lane = lane](const Result<std::uint64_t>& outcome) {
        tell(lanes.settle(lane, outcome, now));
      });
    }
    return appends.size();
  }

  void settle() {
    while (log.deliver_one()) {
    }
  }

  void pass(std::chrono::milliseconds time) {
    now += time;
    tell(lanes.expire(now));
  }

  // Until nothing is to be done at this moment.
  void run() {
    while (send() > 0 || skip_rest()) settle();
  }

  // Lets the time come at which a lane that rests goes on.
  bool skip_rest() {
    const auto due = lanes.next_due();
    if (!due || *due <= now || *due > now + AppendLimits{}.pace.most) return false;
    now = *due;
    return true;
  }

  const Outcome& outcome_of(int number) {
    REQUIRE(outcomes[number].size() == 1);
    return outcomes[number].front();
  }

  std::uint64_t message_count() { return log.bounds(kStream)->last_sequence; }

  std::map<int, std::vector<Outcome>> outcomes;
  Instant now = kStart;
  AppendLanes lanes;
  log::InMemoryLog log{log::Delivery::by_hand};  // last: when it ends, it settles what is left

 private:
  static void tell(std::vector<AppendLanes::Settlement> settlements) {
    for (auto& [settled, outcome] : settlements) settled(std::move(outcome));
  }

  int next_ = 0;
};

}  // namespace

TEST_CASE("a command that comes alone is appended at once") {
  Stepped stepped;
  const int number = *stepped.submit();
  REQUIRE(stepped.send() == 1);
  stepped.settle();
  REQUIRE(stepped.outcome_of(number) == log::StreamPosition{kStream, {1, 0}});
  REQUIRE(stepped.lanes.command_count() == 0);
  REQUIRE(stepped.lanes.byte_count() == 0);
  REQUIRE_FALSE(stepped.lanes.next_due());
}

TEST_CASE("all that arrives while an append is under way becomes the next one") {
  Stepped stepped;
  const int first = *stepped.submit();
  stepped.send();
  std::vector<int> meanwhile;
  for (int count = 0; count < 50; ++count) meanwhile.push_back(*stepped.submit());
  REQUIRE(stepped.send() == 0);
  stepped.settle();
  stepped.run();
  REQUIRE(stepped.message_count() == 2);
  REQUIRE(stepped.outcome_of(first)->position == log::Position{1, 0});
  for (std::uint32_t index = 0; index < meanwhile.size(); ++index) {
    REQUIRE(stepped.outcome_of(meanwhile[index])->position == log::Position{2, index});
  }
}

TEST_CASE("a lane that is busy rests between two appends, for as long as its commands are many, and what comes then goes together") {
  Stepped stepped({.pace = {100us, 0us, 1ms}});
  const auto rests_after = [&stepped](int commands) {
    for (int count = 0; count < commands; ++count) stepped.submit();
    const auto began = stepped.now;
    REQUIRE(stepped.send() == 1);
    stepped.settle();
    stepped.submit();
    stepped.submit();
    const auto until = *stepped.lanes.next_due();
    const bool waits = stepped.send() == 0;
    CHECK(waits == (until > stepped.now));
    if (waits) stepped.now = until;
    if (waits) CHECK(stepped.send() == 1);
    stepped.settle();
    stepped.now += 1h;
    stepped.send();
    return waits ? until - began : Instant::duration(0);
  };
  CHECK(rests_after(1) == 0us);
  CHECK(rests_after(2) == 100us);
  CHECK(rests_after(6) == 500us);
  CHECK(rests_after(500) == 1ms);
}

TEST_CASE("what a full run has left is appended without a rest") {
  Stepped stepped;
  for (int count = 0; count < 6; ++count) stepped.submit(0, 60 * 1024);
  REQUIRE(stepped.send() == 1);
  stepped.settle();
  CHECK(stepped.send() == 1);
}

TEST_CASE("partitions and topics have lanes of their own and do not wait for each other") {
  Stepped stepped;
  REQUIRE(stepped.submit(0));
  REQUIRE(stepped.submit(1));
  REQUIRE(stepped.submit(0, 100, log::Topic::payment_top_up));
  REQUIRE(stepped.send() == 3);
}

TEST_CASE("a run is closed before it grows beyond its limit") {
  Stepped stepped;
  stepped.submit();
  stepped.send();
  for (int count = 0; count < 10; ++count) stepped.submit(0, 60 * 1024);
  stepped.settle();
  stepped.run();
  // 4 × 60 KB fit into 256 KB: 1 + 4 + 4 + 2
  REQUIRE(stepped.message_count() == 4);
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
    REQUIRE(stepped.log.get(kStream, sequence)->payload.size() <= log::kRunBytesMax);
  }
}

TEST_CASE("an append that failed or was lost is made again until it is stored, and told once") {
  const auto fault = GENERATE(log::Fault::refuse, log::Fault::lose_message, log::Fault::lose_ack,
                              log::Fault::acknowledge_with_zero);
  Stepped stepped;
  stepped.log.inject(kStream, fault);
  stepped.log.inject(kStream, fault);
  const int number = *stepped.submit();
  stepped.run();
  REQUIRE(stepped.outcomes.empty());
  REQUIRE(stepped.lanes.next_due() == stepped.now + 50ms);
  REQUIRE(stepped.send() == 0);
  stepped.pass(50ms);
  stepped.run();
  REQUIRE(stepped.lanes.next_due() == stepped.now + 100ms);
  stepped.pass(100ms);
  stepped.run();
  REQUIRE(stepped.outcome_of(number).has_value());
  // An acknowledgement that was lost leaves the same commands twice, with the same ids: their owner decides each once.
  const auto last = stepped.message_count();
  const auto ids_of = [&](std::uint64_t sequence) {
    return log::decode_run(stepped.log.get(kStream, sequence)->payload)->events.front().id;
  };
  REQUIRE(last == (fault == log::Fault::lose_ack ? 3 : 1));
  REQUIRE(ids_of(1) == ids_of(last));
}

TEST_CASE("commands that come during a retry wait behind it and stay in order") {
  Stepped stepped;
  stepped.log.inject(kStream, log::Fault::refuse);
  const int first = *stepped.submit();
  stepped.run();
  const int second = *stepped.submit();
  REQUIRE(stepped.send() == 0);
  stepped.pass(50ms);
  stepped.run();
  REQUIRE(stepped.outcome_of(first)->position == log::Position{1, 0});
  REQUIRE(stepped.outcome_of(second)->position == log::Position{2, 0});
}

TEST_CASE("a command is given up after the total limit, and said to be unknown where it may be stored") {
  struct Row {
    log::Fault fault;
    FailureKind told;
  };
  const auto row = GENERATE(Row{log::Fault::refuse, FailureKind::unavailable}, Row{log::Fault::lose_ack, FailureKind::timeout});
  Stepped stepped;
  for (int count = 0; count < 100; ++count) stepped.log.inject(kStream, row.fault);
  const int number = *stepped.submit();
  for (int step = 0; step < 1'000 && stepped.outcomes.empty(); ++step) {
    stepped.run();
    stepped.pass(50ms);
  }
  REQUIRE(stepped.outcome_of(number).error().kind == row.told);
  REQUIRE(stepped.now <= kStart + 10s + 50ms);
  REQUIRE(stepped.lanes.command_count() == 0);
}

TEST_CASE("who waits behind a silent log is let go, and the lane goes on when the log speaks again") {
  Stepped stepped;
  const int sent = *stepped.submit();
  stepped.send();
  const int queued = *stepped.submit();
  stepped.pass(10s);
  REQUIRE(stepped.outcome_of(sent).error().kind == FailureKind::timeout);
  REQUIRE(stepped.outcome_of(queued).error().kind == FailureKind::unavailable);
  const int later = *stepped.submit();
  REQUIRE(stepped.send() == 0);
  stepped.settle();
  stepped.run();
  REQUIRE(stepped.outcome_of(later).has_value());
  REQUIRE(stepped.outcomes[sent].size() == 1);
}

TEST_CASE("a message that is too large for the log is refused for good") {
  AppendLimits limits;
  Stepped stepped(limits);
  const int number = *stepped.submit(0, log::kMessageBytesMax + 1);
  stepped.run();
  REQUIRE(stepped.outcome_of(number).error().kind == FailureKind::corrupt);
}

TEST_CASE("beyond the limits in count or bytes nothing more is taken, until there is room again") {
  const auto limits = GENERATE(AppendLimits{.commands_max = 3}, AppendLimits{.bytes_max = 3 * 400});
  Stepped stepped(limits);
  for (int count = 0; count < 3; ++count) REQUIRE(stepped.submit());
  REQUIRE_FALSE(stepped.submit());
  stepped.run();
  REQUIRE(stepped.submit());
}

TEST_CASE("whatever is left at the end is told") {
  Stepped stepped;
  stepped.submit();
  stepped.send();
  stepped.submit();
  const auto left = stepped.lanes.abandon();
  REQUIRE(left.size() == 2);
  REQUIRE(stepped.lanes.command_count() == 0);
}

}  // namespace ordo::commands
