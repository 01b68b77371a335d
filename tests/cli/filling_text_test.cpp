#include "cli/filling_text.hpp"

#include <catch2/catch.hpp>

namespace ordo::cli {
namespace {

using projections::FillingState;
using projections::Stage;

TEST_CASE("the tables of a rebuild are filled, get their keys, catch up, and are full") {
  CHECK(filling_text(FillingState{Stage::bare, "", 43, 100, 43'000, 100'000}) == "filling, 43 %: about 43,000 of 100,000 events");
  CHECK(stage_text(FillingState{Stage::finishing, "", 100, 100, 7, 7}) == "making keys");
  CHECK(stage_text(FillingState{Stage::whole, "", 99, 100, 6, 7}) == "catching up");
  CHECK(stage_text(FillingState{Stage::whole, "", 100, 100, 7, 7}) == "filled");
}

TEST_CASE("tables of a log in which nothing stands are full") {
  CHECK(filling_text(FillingState{}) == "filled, 100 %: about 0 of 0 events");
}

}  // namespace
}  // namespace ordo::cli
