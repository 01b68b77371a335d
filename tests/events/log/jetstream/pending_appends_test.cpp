#include <catch2/catch.hpp>

#include "events/log/jetstream/pending_appends.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

const Instant kStart{};
const StreamName kOrders{StreamKind::orders, 0};
const StreamName kBilling{StreamKind::billing, 0};

// Appends without a server: what is to be sent, and what was told, as text.
struct Fixture {
  void add(Ticket ticket, std::optional<std::uint64_t> expected, StreamName stream = kOrders) {
    pending.add(ticket, {stream, expected, [](const Result<std::uint64_t>&) {}, kStart + 5s + ticket * 1ms, nullptr}, moves);
  }
  void stored(Ticket ticket, std::uint64_t sequence) { pending.settle(ticket, sequence, moves); }
  void fails(Ticket ticket, FailureKind kind) { pending.settle(ticket, failure(kind, ""), moves); }

  std::vector<Ticket> sent() {
    std::vector<Ticket> tickets;
    for (const auto& send : moves.send) tickets.push_back(send.ticket);
    moves.send.clear();
    return tickets;
  }
  std::vector<std::string> told() {
    std::vector<std::string> outcomes;
    for (const auto& [settled, outcome] : moves.settle) {
      outcomes.emplace_back(outcome ? std::to_string(*outcome) : std::string(to_text(outcome.error().kind)));
    }
    moves.settle.clear();
    return outcomes;
  }

  explicit Fixture(Fenced fenced = Fenced::one_behind_another) : pending(fenced) {}

  PendingAppends pending;
  Moves moves;
};

using Tickets = std::vector<Ticket>;
using Told = std::vector<std::string>;

TEST_CASE("without a fence all are sent at once") {
  Fixture f;
  for (Ticket ticket = 1; ticket <= 3; ++ticket) f.add(ticket, std::nullopt);
  CHECK(f.sent() == Tickets{1, 2, 3});
}

TEST_CASE("with a fence each waits for the one before it, stream by stream") {
  Fixture f;
  f.add(1, 0);
  f.add(2, 1);
  f.add(3, 0, kBilling);
  CHECK(f.sent() == Tickets{1, 3});
  f.stored(1, 1);
  CHECK(f.sent() == Tickets{2});
  f.stored(2, 2);
  CHECK(f.told() == Told{"1", "2"});
}

TEST_CASE("with a fence that is sent ahead none waits, and each is told what became of it alone") {
  Fixture f(Fenced::sent_ahead);
  for (Ticket ticket = 1; ticket <= 3; ++ticket) f.add(ticket, ticket - 1);
  CHECK(f.sent() == Tickets{1, 2, 3});
  f.fails(1, FailureKind::timeout);
  f.stored(2, 2);
  f.add(4, 1);
  CHECK(f.sent() == Tickets{4});
  f.fails(3, FailureKind::conflict);
  CHECK(f.told() == Told{"timeout", "2", "conflict"});
}

TEST_CASE("a refusal refuses all that was predicted upon it") {
  Fixture f;
  for (Ticket ticket = 1; ticket <= 4; ++ticket) f.add(ticket, 10 + ticket);
  (void)f.sent();
  f.fails(1, FailureKind::conflict);
  CHECK(f.sent().empty());
  CHECK(f.told() == Told{"conflict", "conflict", "conflict", "conflict"});
}

TEST_CASE("what was predicted upon a refused append is refused when it comes later, too") {
  Fixture f;
  f.add(1, 11);
  f.fails(1, FailureKind::conflict);
  (void)f.sent();
  f.add(2, 12);
  f.add(3, 13);
  CHECK(f.sent().empty());
  CHECK(f.told() == Told{"conflict", "conflict", "conflict"});
  f.add(4, 13);
  CHECK(f.sent() == Tickets{4});
}

TEST_CASE("what was predicted upon an unknown outcome was not stored") {
  Fixture f;
  f.add(1, 0);
  f.add(2, 1);
  f.fails(1, FailureKind::timeout);
  CHECK(f.told() == Told{"timeout", "unavailable"});
}

TEST_CASE("an append that stands on its own is sent after a refusal") {
  Fixture f;
  f.add(1, 0);
  f.add(2, 5);
  f.fails(1, FailureKind::conflict);
  CHECK(f.sent() == Tickets{1, 2});
}

TEST_CASE("an append that found no stream goes again after a pause, with the others behind it") {
  Fixture f;
  f.add(1, 0);
  f.add(2, 1);
  (void)f.sent();
  f.pending.retry(1, kStart + 50ms);
  CHECK(f.pending.next_due() == kStart + 50ms);
  f.pending.send_due(kStart + 49ms, f.moves);
  CHECK(f.sent().empty());
  f.pending.send_due(kStart + 50ms, f.moves);
  CHECK(f.sent() == Tickets{1});
  f.stored(1, 1);
  CHECK(f.sent() == Tickets{2});
}

TEST_CASE("when time is up, what was sent is unknown and what was not is not stored") {
  Fixture f;
  f.add(1, std::nullopt);
  f.add(2, std::nullopt);
  f.add(3, 0);
  f.add(4, 1);
  f.pending.retry(2, kStart + 50ms);
  f.pending.settle_late(kStart + 5s, f.moves);
  CHECK(f.told().empty());
  f.pending.settle_late(kStart + 6s, f.moves);
  CHECK(f.told() == Told{"timeout", "unavailable", "timeout", "unavailable"});
  f.pending.send_due(kStart + 6s, f.moves);
  CHECK_FALSE(f.pending.next_due());
}

TEST_CASE("what is given up is settled once and an answer that comes later is nothing") {
  Fixture f;
  f.add(1, 0);
  f.add(2, 7);
  f.pending.settle_all("gone", f.moves);
  CHECK(f.told().size() == 2);
  CHECK(f.sent().empty());
  f.stored(1, 1);
  f.pending.retry(2, kStart);
  CHECK(f.told().empty());
  CHECK(f.pending.find(1) == nullptr);
}

}  // namespace
}  // namespace ordo::log::jetstream
