#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "events/log/log_scan.hpp"

namespace ordo::log {
namespace {

constexpr StreamName kCommands{StreamKind::commands, 0};

void fill(EventLog& log, int messages) {
  for (int count = 0; count < messages; ++count) log.append({kCommands, subjects_of(kCommands).front(), "x", {}}, [](const auto&) {});
}

std::vector<std::uint64_t> sequences_in(EventLog& log, const LogRange& range, std::size_t at_most = 100) {
  std::vector<std::uint64_t> sequences;
  REQUIRE(scan(log, range, {}, [&](const StoredMessage& message) -> Result<Visit> {
    sequences.push_back(message.sequence);
    return sequences.size() < at_most ? Visit::go_on : Visit::enough;
  }));
  return sequences;
}

TEST_CASE("a scan visits every message of its range, and none beyond it") {
  InMemoryLog log;
  fill(log, 9);
  CHECK(sequences_in(log, {kCommands, 3, 5}) == std::vector<std::uint64_t>{3, 4, 5});
  CHECK(sequences_in(log, {kCommands, 6, 5}).empty());
}

TEST_CASE("a scan ends when its visitor has seen enough or fails") {
  InMemoryLog log;
  fill(log, 9);
  CHECK(sequences_in(log, {kCommands, 1, 9}, 2).size() == 2);
  const auto failed = scan(log, {kCommands, 1, 9}, {}, [](const StoredMessage&) -> Result<Visit> {
    return failure(FailureKind::corrupt, "no");
  });
  CHECK(failed.error().text == "no");
}

TEST_CASE("the range of a stream begins where the inbox still remembers") {
  InMemoryLog log;
  CHECK(range_from(log, kCommands).value().size() == 0);
  fill(log, 9);
  log.expire_before(kCommands, 4);
  const auto range = range_from(log, kCommands).value();
  CHECK(range.from == 4);
  CHECK(range.until == 9);
  CHECK(range_from(log, kCommands, 8).value().from == 8);
  log.expire_before(kCommands, 7);
  CHECK(sequences_in(log, range) == std::vector<std::uint64_t>{7, 8, 9});
}

}  // namespace
}  // namespace ordo::log
