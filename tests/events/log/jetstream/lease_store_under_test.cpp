#include "tests/events/log/lease_store_under_test.hpp"

#include "events/log/jetstream/lease_store.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"

namespace ordo::log {
namespace {

class JetStreamLeaseStoreUnderTest final : public LeaseStoreUnderTest {
 public:
  LeaseStore& store() override { return store_; }
  void lose_next_answer() override { on_server_.server.pause(); }
  void recover() override { on_server_.server.resume(); }

 private:
  jetstream::JetStreamOnServer on_server_;
  jetstream::JetStreamLeaseStore store_{on_server_.connection};
};

}  // namespace

std::unique_ptr<LeaseStoreUnderTest> make_lease_store_under_test() { return std::make_unique<JetStreamLeaseStoreUnderTest>(); }

}  // namespace ordo::log
