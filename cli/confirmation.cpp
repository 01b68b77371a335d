#include "cli/confirmation.hpp"

#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

namespace ordo::cli {

Person person_at_the_terminal() { return {std::cin, std::cerr, ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1}; }

bool confirmed(bool yes, std::string_view what, Person person) {
  if (yes) return true;
  if (!person.is_there) {
    person.out << fmt::format("ordo: {}; there is no terminal to ask at: say --yes if that is wanted. Nothing was changed.\n", what);
    return false;
  }
  person.out << fmt::format("ordo: {}. Go on? [y/N] ", what) << std::flush;
  std::string answer;
  std::getline(person.in, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return true;
  person.out << "ordo: nothing was changed.\n";
  return false;
}

}  // namespace ordo::cli
