#pragma once
// Purpose: the contract suite's hold on a lease store. The suite is compiled once; each implementation links its own
//          `make_lease_store_under_test`.

#include <memory>

#include "events/log/lease_store.hpp"

namespace ordo::log {

class LeaseStoreUnderTest {
 public:
  virtual ~LeaseStoreUnderTest() = default;

  // Fresh.
  [[nodiscard]] virtual LeaseStore& store() = 0;

  // The next call is carried out, but its caller is told `timeout`. At the latest after `recover` it is carried out.
  virtual void lose_next_answer() = 0;
  virtual void recover() = 0;
};

[[nodiscard]] std::unique_ptr<LeaseStoreUnderTest> make_lease_store_under_test();

}  // namespace ordo::log
