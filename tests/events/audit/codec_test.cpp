#include <catch2/catch.hpp>

#include "events/audit/describe.hpp"
#include "events/audit/v1/audit.pb.h"
#include "tests/events/payloads.hpp"
#include "tests/golden/golden.hpp"

namespace ordo::audit {
namespace {

OperatorActed begun() { return {id_of<ActId>(7), Stage::begun, "anna@host-3", "parked discard", "0197f0aa --all", "test traffic", ""}; }

OperatorActed failed() {
  auto acted = begun();
  acted.stage = Stage::failed;
  acted.outcome = "the owner has not answered";
  return acted;
}

}  // namespace

TEST_CASE("what an operator did is read and written as version 1 wrote it") {
  const auto [acted, variant] = GENERATE(table<OperatorActed, std::string>({{begun(), ""}, {failed(), ".failed"}}));
  const auto stored = golden::payload("audit", encode(acted), variant);
  CHECK(encode(acted) == stored);
  CHECK(decode(stored) == acted);
  CHECK(decode(with_unknown_field(stored)) == acted);
}

TEST_CASE("an act without its id, stage, actor or action is refused, and the field is named") {
  const auto require_damaged = [](auto change, const std::string& field) {
    const auto decoded = decode(changed<v1::OperatorActed>(encode(begun()), change));
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().kind == FailureKind::corrupt);
    CHECK_THAT(decoded.error().text, Catch::EndsWith("has no valid " + field));
  };
  require_damaged([](auto& message) { message.set_act("short"); }, "act");
  require_damaged([](auto& message) { message.clear_stage(); }, "stage");
  require_damaged([](auto& message) { message.set_stage(static_cast<v1::Stage>(4)); }, "stage");
  require_damaged([](auto& message) { message.clear_actor(); }, "actor");
  require_damaged([](auto& message) { message.clear_action(); }, "action");
  CHECK_THAT(decode({"OperatorActed.v2", ""}).error().text, Catch::Contains("OperatorActed.v2"));
}

TEST_CASE("an act is told to people in one line") {
  CHECK(summary(begun()) == "anna@host-3: parked discard 0197f0aa --all, begun");
  CHECK(summary(failed()) == "anna@host-3: parked discard 0197f0aa --all, failed: the owner has not answered");
  CHECK_THAT(describe(failed()), Catch::Contains(R"("stage":"failed")") && Catch::Contains(R"("reason":"test traffic")"));
}

}  // namespace ordo::audit
