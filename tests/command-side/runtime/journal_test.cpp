#include "command-side/runtime/journal.hpp"

#include <functional>
#include <utility>

#include <catch2/catch.hpp>

#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {
namespace {

using namespace std::chrono_literals;

runtime::Decision pending(int number) {
  return {log::Topic::order_pending, orders::encode(orders::Event{orders::OrderPending{purchase(number), {}}})};
}

// A journal of ORDERS whose acks nobody reads.
class UnreadJournal {
 public:
  explicit UnreadJournal(Stage& stage)
      : journal_(stage.log, kOrders, stage.clock, EventId::random, [](const runtime::Ack&) {}) {}

  void append(int number) {
    journal_.record(pending(number), {log::StreamKind::commands, {1, 0}, EventId::random()}, {"c", "", {}});
    journal_.flush();
  }
  bool is_overtaken() { return journal_.is_overtaken().value(); }

 private:
  runtime::Journal journal_;
};

// A log whose acks come when they are let go.
class LateAcks final : public log::EventLog {
 public:
  explicit LateAcks(log::EventLog& log) : log_(log) {}

  void append(log::AppendRequest request, log::AppendSettled settled) override {
    log_.append(std::move(request), [this, settled = std::move(settled)](Result<std::uint64_t> outcome) {
      late_.push_back([settled, outcome = std::move(outcome)] { settled(outcome); });
      if (!holds_) let_go();
    });
  }
  std::unique_ptr<log::Reader> read(log::StreamName stream, std::uint64_t from_sequence, log::Deliver deliver) override {
    return log_.read(stream, from_sequence, std::move(deliver));
  }
  std::unique_ptr<log::Reader> listen(log::Deliver deliver) override { return log_.listen(std::move(deliver)); }
  Result<log::StreamBounds> bounds(log::StreamName stream) override { return log_.bounds(stream); }
  Result<log::StoredMessage> get(log::StreamName stream, std::uint64_t sequence) override { return log_.get(stream, sequence); }

  // From now on too.
  void let_go() {
    holds_ = false;
    for (const auto& settle : std::exchange(late_, {})) settle();
  }

 private:
  log::EventLog& log_;
  bool holds_ = true;
  std::vector<std::function<void()>> late_;
};

void append_as_stranger(Stage& stage, int number) {
  stage.store(kOrders, log::Topic::order_pending, {event_of(pending(number).payload)});
}

}  // namespace

TEST_CASE("a journal is overtaken when a stranger's run stands behind what it knows") {
  Stage stage;
  UnreadJournal journal(stage);
  CHECK_FALSE(journal.is_overtaken());
  append_as_stranger(stage, 1);
  CHECK(journal.is_overtaken());
}

TEST_CASE("a journal is not overtaken by its own run, while the ack is under way or the run itself") {
  Stage stage;
  UnreadJournal journal(stage);
  if (GENERATE(false, true)) stage.log.inject(kOrders, log::Fault::lose_message);
  journal.append(1);
  CHECK_FALSE(journal.is_overtaken());
}

TEST_CASE("a journal is overtaken when a stranger's run stands just where its own is to stand") {
  Stage stage;
  UnreadJournal journal(stage);
  append_as_stranger(stage, 1);
  journal.append(2);
  // As many messages as it has appended: only what is in them tells.
  REQUIRE(stage.log.bounds(kOrders)->last_sequence == 1);
  CHECK(journal.is_overtaken());
}

TEST_CASE("an owner that learns from another stream that it was overtaken drops its state, and does not take the log for damaged") {
  Stage stage;
  LateAcks log(stage.log);
  runtime::PartitionOwner owner(log, kPartition, [](runtime::Mailbox&) { return orders::make_context(); }, stage.clock);
  REQUIRE(stage.settle({&owner}));
  append_as_stranger(stage, 9);
  stage.ask(1);
  REQUIRE(stage.settle({&owner}));
  // Its append was refused, and it does not know that yet. The payment is of an order that it does not know either.
  stage.pay(9);
  REQUIRE(stage.settle({&owner}));
  CHECK(owner.fenced());
  log.let_go();
  REQUIRE(stage.settle({&owner}));
  CHECK(stage.story() == std::vector<std::string>{"pending 9", "pending 1", "paid 9"});
}

TEST_CASE("a stranger's message without events fences an owner off once, and stops nobody") {
  Stage stage;
  const auto owner = stage.new_owner();
  stage.ask(1);
  REQUIRE(stage.settle({owner.get()}));
  stage.store(kOrders, log::Topic::order_pending, {});
  stage.ask(2);
  for (int steps = 0; steps < 100; ++steps) {
    stage.log.deliver_one();
    REQUIRE(owner->step(0ms));
  }
  CHECK(stage.story() == std::vector<std::string>{"pending 1", "pending 2"});
}

}  // namespace ordo::testing
