#include <catch2/catch.hpp>

#include "events/parking/describe.hpp"
#include "events/parking/events.hpp"
#include "events/parking/v1/parking.pb.h"
#include "tests/events/payloads.hpp"
#include "tests/golden/golden.hpp"

namespace ordo::parking {
namespace {

const log::Key kOrder{id_of<UserId>(2), id_of<OrderId>(1)};
const Fault kFault{"event type OrderPending.v9 is unknown to this version", 3, {1'767'225'600'123}, {1'767'225'600'456}};

log::Event broken() {
  log::Event event;
  event.id = id_of<EventId>(9);
  event.payload = {"OrderPending.v9", std::string("\0\x01\xff", 3)};
  event.cause = log::Cause{log::StreamKind::commands, {7, 3}, id_of<EventId>(8)};
  event.trace = {"correlation-1", "", id_of<UserId>(2), kOrder};
  event.time = {1'767'225'600'000};
  return event;
}

InputParked parked() { return {kOrder, broken(), kFault}; }
InputParked behind() { return {{id_of<UserId>(2), {}}, broken(), {}}; }
ParkedReleased released() { return {kOrder, 1, 2, 0, {}}; }
ParkedReleased still_broken() { return {kOrder, 0, 1, 4, kFault}; }
ReleaseRequested request() { return {log::StreamKind::billing, kOrder, Discard::first, "anna", "it was a test", id_of<EventId>(9)}; }

}  // namespace

TEST_CASE("the events of parking of version 1 read and write as they always did") {
  const auto [event, variant] = GENERATE(table<Event, std::string>(
      {{parked(), ""}, {behind(), ".behind"}, {released(), ""}, {still_broken(), ".still_broken"}}));
  const auto stored = golden::payload("parking", encode(event), variant);
  CHECK(is_parking(stored));
  CHECK(encode(event) == stored);
  CHECK(decode(stored) == event);
  CHECK(decode(with_unknown_field(stored)) == event);
}

TEST_CASE("the request of a release of version 1 reads and writes as it always did") {
  const auto stored = golden::payload("parking", encode(request()));
  CHECK_FALSE(is_parking(stored));
  CHECK(encode(request()) == stored);
  CHECK(decode_request(stored) == request());
  CHECK(decode_request(with_unknown_field(stored)) == request());
}

TEST_CASE("a parked input is kept byte for byte") {
  const auto decoded = decode(encode(Event(parked())));
  REQUIRE(decoded);
  CHECK(std::get<InputParked>(*decoded).input == broken());
}

TEST_CASE("a parking event type that nobody knows is refused by name") {
  CHECK_THAT(decode({"InputParked.v2", ""}).error().text, Catch::Contains("InputParked.v2"));
  CHECK_THAT(decode_request({"InputParked.v1", ""}).error().text, Catch::Contains("InputParked.v1"));
}

TEST_CASE("a parking event without what its struct promises is refused, and the field is named") {
  const auto require_damaged = [](const auto& decoded, const std::string& field) {
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().kind == FailureKind::corrupt);
    CHECK_THAT(decoded.error().text, Catch::EndsWith("has no valid " + field));
  };
  const auto event = [](const Event& whole, auto change) { return decode(changed<v1::InputParked>(encode(whole), change)); };
  require_damaged(event(parked(), [](auto& message) { message.clear_key(); }), "user");
  require_damaged(event(parked(), [](auto& message) { message.mutable_key()->set_order("short"); }), "order");
  require_damaged(event(parked(), [](auto& message) { message.set_input("torn"); }), "input");
  require_damaged(decode(changed<v1::ParkedReleased>(encode(Event(released())), [](auto& message) { message.clear_key(); })), "user");
  const auto asked = [](auto change) { return decode_request(changed<v1::ReleaseRequested>(encode(request()), change)); };
  require_damaged(asked([](auto& message) { message.set_context(1); }), "context");
  require_damaged(asked([](auto& message) { message.set_discard(static_cast<v1::Discard>(3)); }), "discard");
}

TEST_CASE("parking is told to people with who, why, how often and since when") {
  CHECK(describe(Event(parked())) ==
        R"({"user_id":")" + kOrder.user.text() + R"(","order_id":")" + kOrder.order->text() +
            R"(","input":"OrderPending.v9","reason":"event type OrderPending.v9 is unknown to this version","attempts":3,)"
            R"("first_failed_at":"2026-01-01T00:00:00.123Z","last_failed_at":"2026-01-01T00:00:00.456Z"})");
  CHECK_THAT(describe(Event(still_broken())), Catch::Contains(R"("discarded":0,"decided":1,"left":4,"reason":)"));
  CHECK_THAT(describe(request()), Catch::Contains(R"("discard":"first","requested_by":"anna","reason":"it was a test"})"));
}

}  // namespace ordo::parking
