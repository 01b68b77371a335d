#include <catch2/catch.hpp>

#include "cli/operator_record.hpp"
#include "cli/recorded_acts.hpp"
#include "events/log/in_memory_log.hpp"

using namespace ordo;
using cli::ActOutcome;

namespace {

const cli::Act kAct{"anna@host-3", "parked discard", "0197f0aa", "test traffic"};

std::vector<cli::RecordedAct> recorded(log::EventLog& log) { return cli::recorded_acts(log, std::nullopt, 0).value(); }

}  // namespace

TEST_CASE("an act is recorded before it is done, and once more with what came of it") {
  log::InMemoryLog log;
  const auto code = cli::record_act(log, kAct, [&] {
    const auto acts = recorded(log);
    REQUIRE(acts.size() == 1);
    CHECK(acts.front().last.stage == audit::Stage::begun);
    CHECK((acts.front().began && !acts.front().ended));
    return ActOutcome{0, "3 discarded"};
  });
  CHECK(code == 0);
  const auto acts = recorded(log);
  REQUIRE(acts.size() == 1);
  const auto& said = acts.front().last;
  CHECK(said == audit::OperatorActed{said.act, audit::Stage::done, kAct.actor, kAct.action, kAct.arguments, kAct.reason, "3 discarded"});
  CHECK((acts.front().began && acts.front().ended));
}

TEST_CASE("an act that did not come off is recorded as failed, and its exit code is kept") {
  log::InMemoryLog log;
  CHECK(cli::record_act(log, kAct, [] { return ActOutcome{2, "nobody answered"}; }) == 2);
  CHECK(recorded(log).front().last.stage == audit::Stage::failed);
}

TEST_CASE("what cannot be recorded is not done") {
  log::InMemoryLog log;
  log.inject({log::StreamKind::audit, 0}, log::Fault::lose_message);
  bool done = false;
  CHECK(cli::record_act(log, kAct, [&] {
          done = true;
          return ActOutcome{};
        }) == 1);
  CHECK_FALSE(done);
}

TEST_CASE("a record that is away for a moment is asked again") {
  log::InMemoryLog log;
  log.inject({log::StreamKind::audit, 0}, log::Fault::refuse);
  CHECK(cli::record_act(log, kAct, [] { return ActOutcome{}; }) == 0);
  CHECK(recorded(log).size() == 1);
}

TEST_CASE("an act whose outcome cannot be recorded keeps its exit code, and stands there as begun") {
  log::InMemoryLog log;
  const auto code = cli::record_act(log, kAct, [&] {
    log.inject({log::StreamKind::audit, 0}, log::Fault::lose_message);
    return ActOutcome{};
  });
  CHECK(code == 0);
  const auto acts = recorded(log);
  REQUIRE(acts.size() == 1);
  CHECK_FALSE(acts.front().ended);
  CHECK_THAT(cli::acts_text(acts, "table", false), Catch::Contains("nothing more is recorded"));
}

TEST_CASE("acts are told from the newest on, as many as are wanted") {
  log::InMemoryLog log;
  for (const auto* action : {"first", "second", "third"}) REQUIRE(cli::record_act(log, {"anna", action}, [] { return ActOutcome{}; }) == 0);
  const auto two = cli::recorded_acts(log, std::nullopt, 2).value();
  REQUIRE(two.size() == 2);
  CHECK(two.front().last.action == "third");
  CHECK((two.back().last.action == "second" && two.back().began));
  CHECK(cli::recorded_acts(log, Timestamp{SystemClock().now().unix_ms + 60'000}, 0).value().empty());
  CHECK(cli::recorded_acts(log, Timestamp{1}, 0).value().size() == 3);
}

TEST_CASE("recorded acts are told as a table, as one JSON document and as lines") {
  log::InMemoryLog log;
  REQUIRE(cli::record_act(log, kAct, [] { return ActOutcome{0, "3 discarded"}; }) == 0);
  const auto acts = recorded(log);
  CHECK_THAT(cli::acts_text(acts, "table", false),
             Catch::Contains("anna@host-3") && Catch::Contains("parked discard 0197f0aa") && Catch::Contains("test traffic"));
  const auto line = cli::acts_text(acts, "ndjson", false);
  CHECK_THAT(line, Catch::StartsWith("{") && Catch::EndsWith("}\n") && Catch::Contains(R"("stage":"done")"));
  CHECK(cli::acts_text(acts, "json", false) == "[" + line.substr(0, line.size() - 1) + "]\n");
  CHECK(cli::acts_text({}, "json", false) == "[]\n");
}

TEST_CASE("whoever names himself is named, and everybody else by login and machine") {
  CHECK(cli::actor_of("anna") == "anna");
  CHECK_THAT(cli::actor_of(""), Catch::Matches(".+@.+"));
}
