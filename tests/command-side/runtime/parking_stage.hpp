#pragma once
// Purpose: a stage on which some orders are spoilt, so that their inputs cannot be decided, and an operator who releases them.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "events/parking/events.hpp"
#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {

// The key of all that is about the user alone.
[[nodiscard]] log::Key user_itself();

class ParkingStage : public Stage {
 public:
  [[nodiscard]] std::unique_ptr<runtime::PartitionOwner> owner_of_spoilt();
  // An owner comes, decides what there is, and goes.
  void run();

  void store_unknown(int number);
  void release(const log::Key& key, parking::Discard discard = parking::Discard::none,
               log::StreamKind context = log::StreamKind::orders, std::optional<EventId> first = {});

  // What owners have said of parking: "parked 3: spoilt, 3 attempts", "parked 3", "released 3: 0 discarded, 1 decided, 0 left".
  [[nodiscard]] std::vector<std::string> parking_story();
  [[nodiscard]] std::vector<log::Event> events_in_orders();

  std::set<int> spoilt;
};

}  // namespace ordo::testing
