#include <catch2/catch.hpp>

#include "cli/message_text.hpp"

using namespace ordo;

namespace {

log::StoredMessage message() {
  log::Run run;
  run.checkpoints[log::StreamKind::commands] = {5, 1};
  const log::Cause cause{log::StreamKind::commands, {5, 1}, EventId(IdBytes{7})};
  run.events.push_back({EventId(IdBytes{1}), {"Any.v1", "a"}, cause, {"c-1", "", {}}, {1'000}, {}});
  run.events.push_back({EventId(IdBytes{2}), {"Any.v1", "b"}, {}, {"c-2", "00-1", UserId(IdBytes{3})}, {2'000}, {}});
  return {{log::StreamKind::orders, 2}, 17, "orders.pending.2", log::encode_run(run)};
}

}  // namespace

TEST_CASE("an event is shown with all that its envelope says") {
  const auto text = cli::message_text(cli::look_at(message(), 0).value(), false);
  CHECK(text.starts_with("message         ORDERS-2@17, subject orders.pending.2\nholds           2 events, "));
  CHECK(text.find("checksum sound\ndecided up to   COMMANDS-2@5.1\n\nevent           ORDERS-2@17.0\n") != std::string::npos);
  CHECK(text.find("cause           COMMANDS-2@5.1, event 07000000-0000-0000-0000-000000000000\n") != std::string::npos);
  CHECK(text.find("actor           nobody: Ordo by itself\n") != std::string::npos);
  CHECK(text.find("17.1") == std::string::npos);
}

TEST_CASE("a whole message is shown with all of its events") {
  const auto json = cli::message_json(cli::look_at(message(), std::nullopt).value());
  CHECK(json.find(R"("checksummed":true,"decided":{"COMMANDS-2":"5.1"},"event_count":2,"events":[{)") != std::string::npos);
  CHECK(json.find(R"("sequence":17,"index":0)") != std::string::npos);
  CHECK(json.find(R"("sequence":17,"index":1)") != std::string::npos);
}

TEST_CASE("an event that its message does not hold is told from one that cannot be read") {
  CHECK(cli::look_at(message(), 2).error().text == "ORDERS-2@17 has no event 2: its last one is 1");
  auto damaged = message();
  damaged.payload[3] ^= 1;
  CHECK(cli::look_at(damaged, 0).error().text.starts_with("ORDERS-2@17: "));
}
