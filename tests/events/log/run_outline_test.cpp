#include <catch2/catch.hpp>

#include "events/log/run_outline.hpp"

namespace ordo::log {
namespace {

Run run_of(std::size_t events) {
  Run run{{{StreamKind::commands, {7, 3}}, {StreamKind::billing, {9, 0}}}, {}, {}};
  for (std::size_t count = 0; count < events; ++count) {
    Event event;
    event.id = EventId::random();
    event.payload = {"Test.v1", std::string(count, 'x')};
    run.events.push_back(std::move(event));
  }
  return run;
}

}  // namespace

TEST_CASE("an outline has a run's checkpoints and the number of its events") {
  const auto events = GENERATE(0U, 1U, 200U);
  const auto run = run_of(events);
  CHECK(outline_of(encode_run(run)) == RunOutline{run.checkpoints, events});
}

TEST_CASE("bytes that are no run have no outline") {
  CHECK_FALSE(outline_of("no run"));
  const auto bytes = encode_run(run_of(3));
  CHECK_FALSE(outline_of(std::string_view(bytes).substr(0, bytes.size() / 2)));
}

}  // namespace ordo::log
