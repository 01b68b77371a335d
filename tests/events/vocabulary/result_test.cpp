#include <catch2/catch.hpp>

#include <variant>

#include "events/vocabulary/decider.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo {
namespace {

TEST_CASE("every failure may be tried again, but what is corrupt") {
  CHECK(Failure{FailureKind::conflict, ""}.retryable());
  CHECK(Failure{FailureKind::unavailable, ""}.retryable());
  CHECK(Failure{FailureKind::timeout, ""}.retryable());
  CHECK_FALSE(Failure{FailureKind::corrupt, ""}.retryable());
}

TEST_CASE("a failure's kind has a word") {
  CHECK(to_text(FailureKind::conflict) == "conflict");
  CHECK(to_text(FailureKind::unavailable) == "unavailable");
  CHECK(to_text(FailureKind::timeout) == "timeout");
  CHECK(to_text(FailureKind::corrupt) == "corrupt");
}

TEST_CASE("a function that fails answers the failure instead of the value") {
  const auto half = [](int number) -> Result<int> {
    if (number % 2 != 0) return failure(FailureKind::corrupt, "odd");
    return number / 2;
  };
  CHECK(half(4) == 2);
  CHECK(half(3).error().text == "odd");
}

TEST_CASE("visit takes the case of what the variant holds") {
  using Shape = std::variant<int, std::string>;
  const auto name = [](const Shape& shape) {
    return visit(
        shape, [](int) { return "number"; }, [](const std::string&) { return "text"; });
  };
  CHECK(name(1) == std::string("number"));
  CHECK(name("x") == std::string("text"));
}

// A door, as small as a decider can be.
struct Door {
  struct State {
    bool open = false;
  };
  enum class Input { open };
  enum class Event { opened };
  enum class Rejection { locked };
  static Result<std::optional<Event>, Rejection> decide(const State& state, const Input&) {
    return state.open ? std::nullopt : std::optional(Event::opened);
  }
  static State evolve(State, const Event&) { return {true}; }
};
static_assert(Decider<Door>);
struct NoDecider {};
static_assert(!Decider<NoDecider>);

TEST_CASE("a decider answers no event when it is already so") {
  const auto opened = Door::decide({}, Door::Input::open).value();
  REQUIRE(opened);
  CHECK_FALSE(Door::decide(Door::evolve({}, *opened), Door::Input::open).value());
}

}  // namespace
}  // namespace ordo
