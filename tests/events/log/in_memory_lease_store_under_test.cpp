#include "events/log/in_memory_lease_store.hpp"
#include "tests/events/log/lease_store_under_test.hpp"

namespace ordo::log {
namespace {

class InMemoryLeaseStoreUnderTest final : public LeaseStoreUnderTest {
 public:
  LeaseStore& store() override { return store_; }
  void lose_next_answer() override { store_.inject(LeaseFault::lose_answer); }
  void recover() override {}

 private:
  SystemClock clock_;
  InMemoryLeaseStore store_{clock_};
};

}  // namespace

std::unique_ptr<LeaseStoreUnderTest> make_lease_store_under_test() { return std::make_unique<InMemoryLeaseStoreUnderTest>(); }

}  // namespace ordo::log
