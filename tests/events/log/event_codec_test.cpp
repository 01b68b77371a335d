#include <catch2/catch.hpp>

#include "events/log/event.hpp"
#include "events/log/run_checksum.hpp"
#include "events/log/v1/log.pb.h"
#include "tests/golden/golden.hpp"

namespace ordo::log {
namespace {

// Every field of the envelope, each with a value of its own. The golden file holds what version 1 made of it.
Run every_field() {
  IdBytes bytes{};
  const auto next = [&bytes] {
    bytes[15] = static_cast<std::uint8_t>(bytes[15] + 1);
    return bytes;
  };
  Run run;
  run.checkpoints = {{StreamKind::commands, {7, 3}}, {StreamKind::billing, {1'234'567'890'123, 65'536}}};
  run.events.resize(2);
  auto& full = run.events[0];
  full.id = EventId(next());
  full.payload = {"OrderPending.v1", std::string("\0\x01\xff payload", 11)};
  full.cause = Cause{StreamKind::notifications, {42, 8}, EventId(next())};
  full.trace = {"correlation-1.A_z", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", UserId(next())};
  full.time = {1'767'225'600'123};
  auto& bare = run.events[1];
  bare.id = EventId(next());
  bare.payload.type = "UserRegistered.v1";
  return run;
}

v1::Run parsed(const std::string& bytes) {
  v1::Run message;
  REQUIRE(message.ParseFromString(bytes));
  return message;
}

template <class Change>
std::string changed(Change change) {
  auto message = parsed(encode_run(every_field()));
  change(message);
  message.clear_checksum();
  return with_checksum(message.SerializeAsString());
}

void require_corrupt(const std::string& bytes) {
  const auto run = decode_run(bytes);
  REQUIRE_FALSE(run);
  CHECK(run.error().kind == FailureKind::corrupt);
}

TEST_CASE("a run that version 1 wrote is read, field by field") {
  const auto run = decode_run(golden::file("log/run.v1.bin", encode_run(every_field())));
  REQUIRE(run);
  const auto expected = every_field();
  CHECK(run->checkpoints == expected.checkpoints);
  REQUIRE(run->events.size() == 2);
  for (std::size_t index = 0; index < 2; ++index) {
    const auto& event = run->events[index];
    CHECK(event.id == expected.events[index].id);
    CHECK(event.payload == expected.events[index].payload);
    CHECK(event.cause == expected.events[index].cause);
    CHECK(event.trace == expected.events[index].trace);
    CHECK(event.time == expected.events[index].time);
  }
  CHECK(*run == expected);
}

TEST_CASE("a run is written as version 1 wrote it, and its checksum after it") {
  const auto written = encode_run(every_field());
  CHECK(written == golden::file("log/run.v1.checksummed.bin", written));
  CHECK(written == with_checksum(golden::file("log/run.v1.bin", written)));
  CHECK(decode_run(written).value() == every_field());
}

constexpr std::size_t kChecksumBytes = 9;

// What an event can end with, at the end of a run: this byte stands where a checksum would begin.
Run ending_in(const std::string& field, std::uint8_t byte) {
  IdBytes id{1};
  id[id.size() - kChecksumBytes] = byte;
  auto run = every_field();
  auto& last = run.events.back();
  last.payload.bytes = std::string(1, static_cast<char>(byte)) + "12345678";
  if (field != "payload") last.trace.key = Key{UserId(id), {}};
  if (field == "order") last.trace.key->order = OrderId(id);
  return run;
}

TEST_CASE("a run that was written before there were checksums is read, whatever stands where one would begin") {
  const std::string field = GENERATE("payload", "user", "order");
  for (int byte = 0; byte < 256; ++byte) {
    const auto run = ending_in(field, static_cast<std::uint8_t>(byte));
    auto bytes = encode_run(run);
    bytes.resize(bytes.size() - kChecksumBytes);
    INFO("the last field is the " << field << ", the byte " << byte);
    REQUIRE(bytes[bytes.size() - kChecksumBytes] == static_cast<char>(byte));
    REQUIRE(decode_run(bytes).value() == run);
  }
}

TEST_CASE("the numbers of the streams are stored, and never change") {
  CHECK(static_cast<int>(StreamKind::commands) == v1::STREAM_COMMANDS);
  CHECK(static_cast<int>(StreamKind::users) == v1::STREAM_USERS);
  CHECK(static_cast<int>(StreamKind::orders) == v1::STREAM_ORDERS);
  CHECK(static_cast<int>(StreamKind::billing) == v1::STREAM_BILLING);
  CHECK(static_cast<int>(StreamKind::notifications) == v1::STREAM_NOTIFICATIONS);
  CHECK(static_cast<int>(StreamKind::operations) == v1::STREAM_OPERATIONS);
  CHECK(v1::Stream_ARRAYSIZE == kStreamKinds.size() + 1);
}

TEST_CASE("fields that a newer version wrote survive, at every place") {
  const auto bytes = changed([](v1::Run& run) {
    const auto add = [](auto& message, const char* text) {
      message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(1000, text);
    };
    add(run, "in the run");
    auto& event = *run.mutable_events(0);
    add(event, "in the event");
    add(*event.mutable_cause(), "in the cause");
    add(*event.mutable_cause()->mutable_position(), "in the position");
    add(*run.mutable_events(1), "in the second event");
  });
  const auto run = decode_run(bytes);
  REQUIRE(run);
  CHECK(encode_run(*run) == bytes);
}

TEST_CASE("a payload is kept byte for byte, whatever is in it") {
  auto run = every_field();
  for (int byte = 0; byte < 256; ++byte) run.events[0].payload.bytes.push_back(static_cast<char>(byte));
  CHECK(decode_run(encode_run(run)).value() == run);
}

TEST_CASE("whose an event is stands in its envelope, and is read without its payload") {
  const auto key = GENERATE(Key{UserId(IdBytes{1}), OrderId(IdBytes{2})}, Key{UserId(IdBytes{1}), {}});
  auto run = every_field();
  run.events[0].trace.key = key;
  const auto written = encode_run(run);
  const std::string name = key.order ? "log/run.v1.key_of_order.bin" : "log/run.v1.key_of_user.bin";
  CHECK(written == golden::file(name, written));
  CHECK(decode_run(written).value() == run);
}

TEST_CASE("a run without checkpoints and one without a trace are whole") {
  Run run;
  run.events.resize(1);
  run.events[0].id = EventId::random();
  run.events[0].payload.type = "AccountOpened.v1";
  CHECK(decode_run(encode_run(run)).value() == run);
}

TEST_CASE("bytes that are no run are corrupt") {
  require_corrupt("");
  require_corrupt("garbage");
  require_corrupt(std::string(100, '\xff'));
  const auto whole = encode_run(every_field());
  require_corrupt(whole.substr(0, whole.size() - 1));
}

TEST_CASE("a damaged run never reads as the whole one") {
  const auto whole = encode_run(every_field());
  const auto without_checksum = golden::file("log/run.v1.bin", whole).size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size == without_checksum) continue;  // it has lost nothing else, and reads as one that was written before there were any
    const auto run = decode_run(std::string_view(whole).substr(0, size));
    CHECK((!run || *run != every_field()));
  }
}

TEST_CASE("one changed bit anywhere in a run is noticed") {
  const std::string last_field = GENERATE("payload", "user", "order");
  const auto whole = encode_run(ending_in(last_field, 0));
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    INFO("bit " << bit << " of " << whole.size() * 8);
    REQUIRE_FALSE(decode_run(damaged));
  }
}

TEST_CASE("a run in which another field has swallowed the checksum is damaged") {
  const auto swallowed = [](auto swallow) {
    auto message = parsed(encode_run(every_field()));
    auto& by = swallow(message);
    by.GetReflection()->MutableUnknownFields(&by)->AddFixed64(v1::Run::kChecksumFieldNumber, message.checksum());
    message.clear_checksum();
    return message.SerializeAsString();
  };
  require_corrupt(swallowed([](v1::Run& run) -> auto& { return *run.mutable_events(1); }));
  require_corrupt(swallowed([](v1::Run& run) -> auto& { return *run.mutable_events(0)->mutable_cause()->mutable_position(); }));
  const auto by_checkpoint = [](v1::Run& run) -> auto& {
    run.clear_events();
    return *run.mutable_checkpoints(1);
  };
  require_corrupt(swallowed(by_checkpoint));
}

TEST_CASE("a checksum that does not stand at the end is none") {
  require_corrupt(encode_run(every_field()) + golden::file("log/run.v1.bin", ""));
  require_corrupt(with_checksum(encode_run(every_field())).substr(0, 9) + encode_run(every_field()));
}

TEST_CASE("an event without a sound id, type, cause or actor is corrupt") {
  require_corrupt(changed([](v1::Run& run) { run.mutable_events(0)->set_id("short"); }));
  require_corrupt(changed([](v1::Run& run) { run.mutable_events(1)->clear_id(); }));
  require_corrupt(changed([](v1::Run& run) { run.mutable_events(0)->clear_type(); }));
  require_corrupt(changed([](v1::Run& run) { run.mutable_events(0)->set_actor("not sixteen bytes"); }));
  require_corrupt(changed([](v1::Run& run) { run.mutable_events(0)->mutable_cause()->clear_event_id(); }));
  require_corrupt(changed([](v1::Run& run) { run.mutable_events(0)->mutable_cause()->clear_stream(); }));
}

TEST_CASE("a checkpoint of a stream that is not known stops loudly") {
  const auto unknown = static_cast<v1::Stream>(99);
  const auto run = decode_run(changed([&](v1::Run& message) { message.mutable_checkpoints(0)->set_stream(unknown); }));
  REQUIRE_FALSE(run);
  CHECK_THAT(run.error().text, Catch::Contains("99"));
}

}  // namespace
}  // namespace ordo::log
