#include "events/log/jetstream/snapshot_store.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"
#include "tests/events/log/snapshot_store_under_test.hpp"

namespace ordo::log {
namespace {

class JetStreamSnapshotStoreUnderTest final : public SnapshotStoreUnderTest {
 public:
  SnapshotStore& store() override { return store_; }

 private:
  jetstream::JetStreamOnServer on_server_;
  jetstream::JetStreamSnapshotStore store_{on_server_.connection};
};

}  // namespace

std::unique_ptr<SnapshotStoreUnderTest> make_snapshot_store_under_test() {
  return std::make_unique<JetStreamSnapshotStoreUnderTest>();
}

}  // namespace ordo::log
