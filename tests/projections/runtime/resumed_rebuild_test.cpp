#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/rebuild.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"
#include "tests/projections/troubled_log.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

projections::RebuildSettings settings_of(const TemporaryDatabase& database, log::EventLog& log) {
  return {.model = projections::read_model(), .log = log, .partitions = 2, .connection = {.url = database.url()},
          .silence_max = std::chrono::seconds(2)};
}

bool has_begun(postgres::Connection& connection) {
  const auto there = "select to_regclass('read_next.checkpoints') is not null";
  return must(connection.execute(there))[0].get<bool>(0) &&
         must(connection.execute("select exists (select from read_next.checkpoints where sequence > 0)"))[0].get<bool>(0);
}

// A process that rebuilds from a log of which there seems to be always more. Requires: no threads but the caller's.
pid_t begin_in_a_process(const TemporaryDatabase& database, const Story& story) {
  const pid_t process = ::fork();
  if (process != 0) return process;
  log::InMemoryLog stored;
  story.tell(stored);
  TroubledLog log(stored);
  log.more_to_come = true;
  (void)projections::rebuild(settings_of(database, log));
  ::_exit(1);
}

}  // namespace

TEST_CASE("a rebuild goes on where one that was killed in the middle had come") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 71, .orders = 400});
  const pid_t killed = begin_in_a_process(database, story);
  const bool begun = eventually([&] { return has_begun(connection); });
  ::kill(killed, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(killed, &status, 0) == killed);
  REQUIRE(begun);
  REQUIRE(WIFSIGNALED(status));

  log::InMemoryLog log;
  story.tell(log);
  const auto rebuilt = must(projections::rebuild(settings_of(database, log)));
  CHECK(rebuilt.finished);
  CHECK(rebuilt.went_on);
  CHECK(rebuilt.events < story.events());
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}

TEST_CASE("a rebuild that is told to stop leaves what it has filled to the next one, which need not wait") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 72});
  log::InMemoryLog stored;
  story.tell(stored);
  TroubledLog log(stored);
  log.more_to_come = true;
  auto settings = settings_of(database, log);
  settings.silence_max = std::chrono::minutes(10);
  settings.goes_on = [&] { return !has_begun(connection); };
  CHECK_FALSE(must(projections::rebuild(settings)).finished);
  CHECK(must(connection.execute("select count(*) from read.orders"))[0].get<std::int64_t>(0) == 0);

  log.more_to_come = false;
  settings.goes_on = {};
  const auto rebuilt = must(projections::rebuild(settings));
  CHECK(rebuilt.went_on);
  CHECK(rebuilt.events < story.events());
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}

TEST_CASE("a rebuild starts over when it is told to, and when another version filled the tables") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 73});
  log::InMemoryLog log;
  story.tell(log);
  auto settings = settings_of(database, log);
  settings.restart = GENERATE(true, false);
  project(database, story, "read_next");
  if (!settings.restart) must(connection.run_script("update read_next.schema_version set version = 999"));
  const auto rebuilt = must(projections::rebuild(settings));
  CHECK_FALSE(rebuilt.went_on);
  CHECK(rebuilt.events == story.events());
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}

TEST_CASE("tables that were filled to the end before are swapped in without an event more") {
  const TemporaryDatabase database;
  const Story story({.seed = 74});
  log::InMemoryLog log;
  story.tell(log);
  project(database, story, "read_next");
  const auto rebuilt = must(projections::rebuild(settings_of(database, log)));
  CHECK(rebuilt.finished);
  CHECK(rebuilt.events == 0);
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}
