#include <sstream>

#include <catch2/catch.hpp>

#include "cli/confirmation.hpp"

using ordo::cli::confirmed;

namespace {

constexpr auto kWhat = "this deletes the snapshot of BILLING-2";

}  // namespace

TEST_CASE("without a terminal nobody is asked, nothing is read, and nothing is done") {
  std::istringstream in("y\n");
  std::ostringstream out;
  CHECK_FALSE(confirmed(false, kWhat, {in, out, false}));
  CHECK(in.tellg() == 0);
  CHECK_THAT(out.str(), Catch::Contains(kWhat) && Catch::Contains("--yes"));
}

TEST_CASE("whoever says yes beforehand is not asked") {
  std::istringstream in("n\n");
  std::ostringstream out;
  CHECK(confirmed(true, kWhat, {in, out, true}));
  CHECK(confirmed(true, kWhat, {in, out, false}));
  CHECK(out.str().empty());
}

TEST_CASE("only yes means yes") {
  const auto [typed, answer] = GENERATE(table<std::string, bool>(
      {{"y\n", true}, {"Y\n", true}, {"yes\n", true}, {"\n", false}, {"n\n", false}, {"yellow\n", false}, {"", false}}));
  std::istringstream in(typed);
  std::ostringstream out;
  CAPTURE(typed);
  CHECK(confirmed(false, kWhat, {in, out, true}) == answer);
  CHECK_THAT(out.str(), Catch::Contains("[y/N]"));
}
