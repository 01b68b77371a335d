#pragma once
// Purpose: given these events, when this comes in, then these events (or this rejection) follow.

#include <initializer_list>
#include <utility>

#include <catch2/catch.hpp>

#include "events/vocabulary/decider.hpp"

namespace ordo::testing {

template <Decider D>
class When {
 public:
  using Outcome = Result<std::optional<typename D::Event>, typename D::Rejection>;
  explicit When(Outcome outcome) : outcome_(std::move(outcome)) {}

  void then(const typename D::Event& expected) const {
    REQUIRE(outcome_.has_value());
    REQUIRE(outcome_->has_value());
    CHECK(**outcome_ == expected);
  }
  void then_nothing() const {
    REQUIRE(outcome_.has_value());
    CHECK_FALSE(outcome_->has_value());
  }
  void then_rejected(typename D::Rejection expected) const {
    REQUIRE_FALSE(outcome_.has_value());
    CHECK(outcome_.error() == expected);
  }

 private:
  Outcome outcome_;
};

template <Decider D>
class Given {
 public:
  Given(std::initializer_list<typename D::Event> history) {
    for (const auto& event : history) state_ = D::evolve(std::move(state_), event);
  }
  [[nodiscard]] When<D> when(const typename D::Input& input) const { return When<D>(D::decide(state_, input)); }
  [[nodiscard]] const typename D::State& state() const { return state_; }

 private:
  typename D::State state_;
};

}  // namespace ordo::testing
