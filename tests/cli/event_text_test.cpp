#include <catch2/catch.hpp>

#include "cli/event_text.hpp"
#include "events/parking/events.hpp"

using namespace ordo;

namespace {

const log::Key kKey{UserId(IdBytes{1}), OrderId(IdBytes{2})};

std::string line_of(log::StreamKind stream, log::Payload payload) {
  log::LoggedEvent seen{{{stream, 2}, {7, 1}}, "a.subject.2", {}};
  seen.event.payload = std::move(payload);
  return cli::json_line(seen);
}

}  // namespace

TEST_CASE("what owners say about parking is told with its data, whatever stream it stands in") {
  const parking::Event released(parking::ParkedReleased{.key = kKey, .discarded = 1, .decided = 2});
  for (const auto stream : {log::StreamKind::orders, log::StreamKind::billing, log::StreamKind::notifications}) {
    CHECK(line_of(stream, encode(released)).find(R"("discarded":1,"decided":2,"left":0)") != std::string::npos);
  }
}

TEST_CASE("what operators ask for is told with its data") {
  const parking::ReleaseRequested request{log::StreamKind::billing, kKey, parking::Discard::first, "ada", "mended"};
  CHECK(line_of(log::StreamKind::operations, encode(request)).find(R"("requested_by":"ada","reason":"mended")") != std::string::npos);
}

TEST_CASE("an event that cannot be read is told without its data") {
  CHECK(line_of(log::StreamKind::orders, {"OrderPainted.v1", "?"}).find(R"("type":"OrderPainted.v1")") != std::string::npos);
}
