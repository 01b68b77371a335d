#include <catch2/catch.hpp>

#include "events/log/jetstream/answers.hpp"

namespace ordo::log::jetstream {
namespace {

TEST_CASE("an acknowledgement tells stream and sequence") {
  const auto answer = parse_append_answer(R"({"stream":"ORDERS-0", "seq":12})");
  REQUIRE(answer);
  CHECK(answer->stream == "ORDERS-0");
  CHECK(answer->sequence == 12);
  CHECK_FALSE(answer->duplicate);
  CHECK(answer->error.code == 0);
}

TEST_CASE("members that are not known are passed over") {
  const auto answer = parse_append_answer(R"({"domain":"d","stream":"S","seq":1,"batch":{"id":"x","seq":7}})");
  REQUIRE(answer);
  CHECK(answer->sequence == 1);
}

TEST_CASE("a duplicate is seen") {
  CHECK(parse_append_answer(R"({"stream":"S","seq":0,"duplicate":true})")->duplicate);
  CHECK_FALSE(parse_append_answer(R"({"stream":"S","seq":1,"duplicate":false})")->duplicate);
}

TEST_CASE("a sequence that is none is 0, which is never accepted") {
  const auto* const sequence = GENERATE("-1", "1.5", "\"x\"", "18446744073709551616", "null", "1e3");
  CHECK(parse_append_answer(std::string(R"({"stream":"S","seq":)") + sequence + "}")->sequence == 0);
}

TEST_CASE("an error tells its code and text") {
  const auto answer = parse_append_answer(
      R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 3"},"stream":"S","seq":0})");
  REQUIRE(answer);
  CHECK(is_conflict(answer->error));
  CHECK(answer->error.text == "wrong last sequence: 3");
}

TEST_CASE("an error without a code of its own is an error") {
  CHECK(parse_append_answer(R"({"error":{"code":500}})")->error.code != 0);
  CHECK(parse_api_error(R"({"error":{"description":"bad"}})")->code != 0);
  CHECK(parse_api_error(R"({"type":"x"})")->code == 0);
}

TEST_CASE("a cluster that does not know its servers yet is asked again, and one that refuses is not") {
  const auto refused = [](int code) { return ApiError{.code = code, .text = "no"}; };
  CHECK(is_not_ready(refused(10005)));
  CHECK(is_not_ready(refused(10008)));
  CHECK_FALSE(is_not_ready(refused(0)));
  CHECK_FALSE(is_not_ready(refused(10047)));
}

TEST_CASE("an answer that says nothing is no answer") {
  CHECK_FALSE(parse_append_answer("{}"));
  CHECK_FALSE(parse_append_answer(""));
  CHECK_FALSE(parse_append_answer("+OK"));
}

TEST_CASE("a delivered message says where it stands, in the old form and in the new") {
  const auto old_form = parse_delivered_at("$JS.ACK.ORDERS-0.AbC.1.42.7.1700000000000000000.3");
  REQUIRE(old_form);
  CHECK(old_form->stream_sequence == 42);
  CHECK(old_form->consumer_sequence == 7);
  const auto new_form = parse_delivered_at("$JS.ACK._.hash.ORDERS-0.AbC.1.42.7.1700000000000000000.3.token");
  REQUIRE(new_form);
  CHECK(new_form->stream_sequence == 42);
  CHECK(new_form->consumer_sequence == 7);
}

TEST_CASE("other reply subjects say nothing") {
  const auto* const subject = GENERATE("", "_INBOX.x", "$JS.ACK.", "$JS.ACK.a.b.1.2", "$JS.ACK.a.b.1.x.7.1.3",
                                       "$JS.ACK.a.b.1.2.3.4.5.6");
  CAPTURE(subject);
  CHECK_FALSE(parse_delivered_at(subject));
}

}  // namespace
}  // namespace ordo::log::jetstream
