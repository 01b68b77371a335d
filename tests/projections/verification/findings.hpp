#pragma once
// Purpose: says in one line what a story that was broken at one place must be found to break, and where.

#include <functional>
#include <string>

#include <catch2/catch.hpp>

#include "tests/projections/verification/audited_story.hpp"

namespace ordo::tests {

inline void require_finding(const projections::Check& check, const std::string& where, const std::string& rule) {
  INFO("expected " << where << ": " << rule);
  REQUIRE(check.finding);
  CHECK(check.finding->rule == rule);
  CHECK(check.finding->where == where);
}

inline void require_broken(const std::string& where, const std::string& rule, const std::function<void(AuditedStory&)>& break_it) {
  AuditedStory story;
  break_it(story);
  require_finding(story.audit(), where, rule);
}

}  // namespace ordo::tests
