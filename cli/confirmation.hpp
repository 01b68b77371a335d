#pragma once
// Purpose: what destroys asks first, or is told --yes. It never waits for somebody who is not there: without a terminal the answer is no.
// Threads: one; it blocks while a person thinks.

#include <iosfwd>
#include <string>
#include <string_view>

namespace ordo::cli {

inline constexpr const char* kYesHelp = "do not ask; without a terminal nobody can be asked";

// Whom to ask.
struct Person {
  std::istream& in;
  std::ostream& out;
  bool is_there = false;
};

// Standard input and standard error; somebody is there if both are terminals.
[[nodiscard]] Person person_at_the_terminal();

// `what` says what would be lost: "this deletes the snapshots of BILLING-2". False: nothing may be changed, and the person knows why.
[[nodiscard]] bool confirmed(bool yes, std::string_view what, Person person = person_at_the_terminal());

}  // namespace ordo::cli
