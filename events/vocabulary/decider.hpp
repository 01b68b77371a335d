#pragma once
// Purpose: the shape of everything that decides in Ordo.
//   decide(state, input) answers the event that follows, none when it is already so, or why not; it reads no clock, no
//   randomness and nothing outside its arguments. evolve(state, event) answers the state after the event.

#include <concepts>
#include <optional>
#include <utility>

#include "events/vocabulary/result.hpp"

namespace ordo {

template <class D>
concept Decider = requires(const typename D::State& state, typename D::State moved, const typename D::Input& input,
                           const typename D::Event& event) {
  requires std::default_initializable<typename D::State>;
  {
    D::decide(state, input)
  } -> std::same_as<Result<std::optional<typename D::Event>, typename D::Rejection>>;
  { D::evolve(std::move(moved), event) } -> std::same_as<typename D::State>;
};

}  // namespace ordo
