#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/rebuild.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"
#include "tests/projections/stumbling_model.hpp"
#include "tests/projections/troubled_log.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

projections::RebuildSettings settings_of(const TemporaryDatabase& database, log::EventLog& log,
                                         const projections::ReadModelDefinition& model = projections::read_model()) {
  return {.model = model, .log = log, .partitions = 2, .connection = {.url = database.url()}, .silence_max = std::chrono::seconds(2)};
}

// A read model whose letters take so long to be finished.
projections::ReadModelDefinition model_that_stalls(int seconds) {
  auto model = projections::read_model();
  model.bulk_tables.back().unite = "select pg_sleep(" + std::to_string(seconds) + ") as stalled";
  return model;
}

// Requires: no threads but the caller's.
pid_t begin_in_a_process(const TemporaryDatabase& database, const Story& story, const projections::ReadModelDefinition& model) {
  const pid_t process = ::fork();
  if (process != 0) return process;
  log::InMemoryLog log;
  story.tell(log);
  (void)projections::rebuild(settings_of(database, log, model));
  ::_exit(1);
}

bool holds(postgres::Connection& connection, const std::string& condition) {
  const auto rows = connection.execute("select " + condition);
  return rows && (*rows)[0].get<bool>(0);
}

}  // namespace

TEST_CASE("a rebuild that was killed while tables got their keys goes on with those that have none") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 81, .orders = 200});
  const pid_t killed = begin_in_a_process(database, story, model_that_stalls(600));
  const bool stalls = eventually([&] {
    return holds(connection, "exists (select from pg_stat_activity where datname = current_database() and query like '%stalled' "
                             "and state = 'active') and (select count(distinct table_name) = 1 from read_next.lacks)");
  });
  ::kill(killed, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(killed, &status, 0) == killed);
  REQUIRE(stalls);

  log::InMemoryLog log;
  story.tell(log);
  const auto rebuilt = must(projections::rebuild(settings_of(database, log)));
  CHECK(rebuilt.finished);
  CHECK(rebuilt.went_on);
  CHECK(rebuilt.events == 0);
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}

TEST_CASE("a rebuild that was stopped when all tables had their keys only has to swap them") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 82});
  log::InMemoryLog stored;
  story.tell(stored);
  TroubledLog log(stored);
  const auto model = model_that_stalls(1);
  auto settings = settings_of(database, log, model);
  settings.goes_on = [&] {
    if (holds(connection, "stage = 'finishing' from read_next.schema_version")) log.more_to_come = true;  // so that nothing is swapped
    return !holds(connection, "stage = 'whole' from read_next.schema_version");
  };
  CHECK_FALSE(must(projections::rebuild(settings)).finished);
  log.more_to_come = false;
  const auto rebuilt = must(projections::rebuild(settings_of(database, log)));
  CHECK(rebuilt.went_on);
  CHECK(rebuilt.events == 0);
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}

TEST_CASE("a rebuild parks what it cannot read, and what is behind it, as the live projector does") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 83, .orders = 200});
  log::InMemoryLog log;
  story.tell(log);
  const auto model = model_that_cannot_read(std::make_shared<IsBroken>([](const log::Event& event) { return event.id.bytes()[0] < 10; }));
  must(projections::rebuild(settings_of(database, log, model)));
  project(database, story, "expected", {}, 2, model);
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
  const std::string parked = "(select string_agg(concat_ws(' ', lane, stream, sequence, index, attempts), ',' "
                             "order by lane, stream, sequence, index) from ";
  CHECK(holds(connection, parked + "read.parked_events) = " + parked + "expected.parked_events)"));
}

TEST_CASE("a rebuild from a log that says an operation twice parks the second, as the live projector does") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 84});
  log::InMemoryLog log;
  story.tell(log);
  const log::StreamName stream{log::StreamKind::billing, 0};
  const auto user = UserId::random();
  log::Run run;
  const billing::Event said = billing::AccountToppedUp{OperationId::random(), user, {5, *Currency::parse("EUR")}, 5, {}};
  for (int count = 0; count < 3; ++count) {
    run.events.push_back({EventId::random(), billing::encode(said), {}, {"c", "", {}, log::Key{user, {}}}, {1'790'000'000'000}, {}});
  }
  log.append({stream, log::subjects_of(stream).front(), log::encode_run(run), {}}, [](const auto&) {});
  const auto rebuilt = must(projections::rebuild(settings_of(database, log)));
  CHECK(rebuilt.finished);
  CHECK(holds(connection, "count(*) filter (where attempts = 2) = 1 and count(*) filter (where attempts = 0) = 1 from read.parked_events"));

  const auto before = checksums_of(database, "read");
  must(connection.run_script("drop schema read cascade"));
  const projections::Projector live(live_projector(database, log, [](const Failure& reason) { throw std::runtime_error(reason.text); }));
  CHECK(eventually([&] { return has_caught_up(live, log); }));
  CHECK(checksums_of(database, "read") == before);
}

TEST_CASE("a rebuild whose inbox has forgotten its last commands comes to its end") {
  const TemporaryDatabase database;
  const Story story({.seed = 85});
  log::InMemoryLog log;
  story.tell(log);
  const log::StreamName commands{log::StreamKind::commands, 0};
  log.expire_before(commands, must(log.bounds(commands)).last_sequence + 1);
  CHECK(must(projections::rebuild(settings_of(database, log))).finished);
}
