#include "events/log/archive/log_line.hpp"

#include <catch2/catch.hpp>

#include "tests/events/log/archive/archive_fixture.hpp"

namespace ordo::log::archive {
namespace {

std::string line_of(const StoredMessage& message) {
  JsonText json;
  write_message(json.open_object(), message, "00ff");
  return json.close_object().take();
}

TEST_CASE("a message is read from its line byte for byte") {
  std::string bytes(256, '\0');
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<char>(at);
  const auto payload = GENERATE_COPY(std::string(), std::string("a"), bytes);
  const auto parsed = parse_log_line(line_of({kOrders, 17, "orders.pending.0", payload}));
  REQUIRE(parsed);
  const auto& [message, chain] = std::get<MessageLine>(*parsed);
  CHECK(message.stream == kOrders);
  CHECK(message.sequence == 17);
  CHECK(message.subject == "orders.pending.0");
  CHECK(message.payload == payload);
  CHECK(chain == "00ff");
}

TEST_CASE("what people are shown beside a message does not count") {
  const auto parsed = parse_log_line(R"({"stream":"ORDERS-0","sequence":1,"index":0,"subject":"s","data":{"sequence":9,"message":"?"},)"
                                     R"("chain":"c","message":"YQ=="})");
  REQUIRE(parsed);
  CHECK(std::get<MessageLine>(*parsed).message.payload == "a");
  CHECK(std::holds_alternative<PeopleLine>(*parse_log_line(R"({"stream":"ORDERS-0","sequence":1,"index":1})")));
}

TEST_CASE("a damaged line is refused") {
  const auto* const line = GENERATE(
      "", "no JSON", "[1", R"({"stream":"ORDERS-0","sequence":1,"subject":"s","chain":"c","message":"%%"})",
      R"({"stream":"NOTHING-0","sequence":1,"subject":"s","chain":"c","message":"YQ=="})",
      R"({"stream":"ORDERS-0","sequence":0,"subject":"s","chain":"c","message":"YQ=="})",
      R"({"stream":"ORDERS-0","sequence":1,"chain":"c","message":"YQ=="})", R"({"stream":"ORDERS-0","sequence":1,"subject":"s","message":"YQ=="})",
      R"({"end":true,"streams":{"ORDERS-0":{"first":"x"}}})", R"({"end":true,"streams":{"NOTHING-0":{"first":1}}})");
  CAPTURE(line);
  const auto parsed = parse_log_line(line);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().kind == FailureKind::corrupt);
}

TEST_CASE("a header of another version or format is refused and named") {
  CHECK(std::get<HeaderLine>(*parse_log_line(header_line(4))).partitions == 4);
  CHECK_THAT(parse_log_line(R"({"format":"ordo-log","version":2,"partitions":4})").error().text, Catch::Contains("version 2"));
  CHECK_THAT(parse_log_line(R"({"format":"another","version":1,"partitions":4})").error().text, Catch::Contains("another"));
  CHECK_FALSE(parse_log_line(R"({"format":"ordo-log","version":1,"partitions":0})"));
  CHECK_FALSE(parse_log_line(R"({"format":"ordo-log","version":1})"));
}

TEST_CASE("an end tells what each stream adds up to") {
  const Sections sections{{kOrders, {3, 17, 15, 40, "abc"}}, {kCommands, {8, 7, 0, 0, "000"}}};
  const auto parsed = parse_log_line(end_line(sections));
  REQUIRE(parsed);
  CHECK(std::get<EndLine>(*parsed).sections == sections);
}

}  // namespace
}  // namespace ordo::log::archive
