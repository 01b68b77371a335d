#pragma once
// Purpose: the one source of chance in a simulation: the same seed gives the same run on every machine.
// Threads: one.

#include <cstdint>
#include <cstring>

#include "events/vocabulary/ids.hpp"

namespace ordo::simulation {

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15ULL);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
  }

  // From 0 to limit - 1.
  std::int64_t below(std::int64_t limit) { return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(limit)); }
  std::int64_t between(std::int64_t min, std::int64_t max) { return min + below(max - min + 1); }
  bool one_in(std::int64_t count) { return below(count) == 0; }

  template <class SomeId>
  SomeId id() {
    IdBytes bytes;
    const std::uint64_t halves[] = {next(), next()};
    std::memcpy(bytes.data(), halves, sizeof halves);
    return SomeId(bytes);
  }

 private:
  std::uint64_t state_;
};

}  // namespace ordo::simulation
