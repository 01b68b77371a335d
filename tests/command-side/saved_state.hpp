#pragma once
// Purpose: a state that was saved and loaded decides as the one that was not: stories of random inputs, told to both.

#include <random>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "events/vocabulary/decider.hpp"

namespace ordo::testing {

// `input(random)` makes the next input; `save(state)` and `load(bytes)` are what is under test.
template <Decider D, class MakeInput, class Save, class Load>
void require_that_saving_changes_no_decision(MakeInput input, Save save, Load load) {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  typename D::State kept;
  typename D::State saved;
  for (int step = 0; step < 3'000; ++step) {
    if (random() % 50 == 0) saved = load(save(saved)).value();
    const auto next = input(random);
    const auto expected = D::decide(kept, next);
    const auto decided = D::decide(saved, next);
    REQUIRE(decided.has_value() == expected.has_value());
    if (!expected || !*expected) {
      REQUIRE((!expected || !*decided));
      continue;
    }
    REQUIRE((*decided && **decided == **expected));
    kept = D::evolve(std::move(kept), **expected);
    saved = D::evolve(std::move(saved), **expected);
  }
  // Of which nothing may be missing, and nothing too much.
  const auto bytes = save(saved);
  for (std::size_t size = 0; size < bytes.size(); size += 1 + random() % 7) REQUIRE_FALSE(load(std::string_view(bytes).substr(0, size)));
  REQUIRE_FALSE(load(bytes + '\0'));
}

}  // namespace ordo::testing
