#include "events/log/in_memory_snapshot_store.hpp"
#include "tests/events/log/snapshot_store_under_test.hpp"

namespace ordo::log {
namespace {

class InMemorySnapshotStoreUnderTest final : public SnapshotStoreUnderTest {
 public:
  SnapshotStore& store() override { return store_; }

 private:
  InMemorySnapshotStore store_;
};

}  // namespace

std::unique_ptr<SnapshotStoreUnderTest> make_snapshot_store_under_test() {
  return std::make_unique<InMemorySnapshotStoreUnderTest>();
}

}  // namespace ordo::log
