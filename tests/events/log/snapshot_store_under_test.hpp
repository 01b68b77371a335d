#pragma once
// Purpose: the snapshot contract suite's hold on a store. The suite is compiled once; each implementation links its own
//          `make_snapshot_store_under_test`.

#include <memory>

#include "events/log/snapshot_store.hpp"

namespace ordo::log {

class SnapshotStoreUnderTest {
 public:
  virtual ~SnapshotStoreUnderTest() = default;
  // Empty.
  [[nodiscard]] virtual SnapshotStore& store() = 0;
};

[[nodiscard]] std::unique_ptr<SnapshotStoreUnderTest> make_snapshot_store_under_test();

}  // namespace ordo::log
