#include <catch2/catch.hpp>

#include "projections/parking/parked_key_rows.hpp"
#include "tests/projections/envelope.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::ParkedKeyRow;
using projections::ParkedKeyRows;
using Change = ParkedKeyRow::Change;

namespace {

const log::Key kKey{id_of<UserId>(1), id_of<OrderId>(2)};
const parking::Fault kFault{"unknown", 3, {10}, {20}};
const parking::Fault kLaterFault{"still unknown", 4, {10}, {30}};

struct Told {
  ParkedKeyRows rows{"read", "billing"};

  Told& failed(std::int64_t time) {
    rows.add(parking::InputParked{kKey, envelope("OrderPainted.v1", 1), kFault}, {time});
    return *this;
  }
  Told& behind() {
    rows.add(parking::InputParked{kKey, envelope("OrderPending.v1", 1), std::nullopt}, {99});
    return *this;
  }
  Told& released(std::uint32_t left, std::optional<parking::Fault> fault = {}) {
    rows.add(parking::ParkedReleased{.key = kKey, .decided = 1, .left = left, .fault = std::move(fault)}, {99});
    return *this;
  }
  [[nodiscard]] ParkedKeyRow row() const { return rows.rows().at(kKey); }
};

}  // namespace

TEST_CASE("the first input that is parked under a key begins its row, and those behind it are counted") {
  CHECK(Told().failed(5).behind().behind().row() == ParkedKeyRow{Change::begun, 3, kFault, {5}});
}

TEST_CASE("inputs behind one that was parked before the batch are added to its row") {
  CHECK(Told().behind().behind().row() == ParkedKeyRow{Change::grown, 2, std::nullopt, {}});
}

TEST_CASE("a release that leaves something tells how much, and why") {
  CHECK(Told().released(4, kLaterFault).row() == ParkedKeyRow{Change::released, 4, kLaterFault, {}});
  CHECK(Told().behind().released(4, kLaterFault).behind().row() == ParkedKeyRow{Change::released, 5, kLaterFault, {}});
  CHECK(Told().failed(5).behind().released(1, kLaterFault).row() == ParkedKeyRow{Change::begun, 1, kLaterFault, {5}});
  CHECK(Told().failed(5).behind().released(1).row() == ParkedKeyRow{Change::begun, 1, std::nullopt, {5}});
}

TEST_CASE("a key of which all is released is gone, until something fails again") {
  CHECK(Told().failed(5).released(0).row().change == Change::gone);
  CHECK(Told().behind().released(0).row().change == Change::gone);
  CHECK(Told().released(0).failed(7).row() == ParkedKeyRow{Change::begun, 1, kFault, {7}});
}

TEST_CASE("an order's key and its user's are two rows") {
  Told told;
  told.failed(5).rows.add(parking::InputParked{{kKey.user, std::nullopt}, envelope("X", 1), kFault}, {6});
  CHECK(told.rows.rows().size() == 2);
}
