#pragma once
// Purpose: leases in the JetStream key-value bucket "ordo-leases", which `set_up` makes. Its keys and values can be read with any
//          NATS tool: "orders.lease.3" → {"holder": "…", "name": "orders-1", "term": 7}; "orders.instance.orders-1" → {"id": "…", …}.
//          Nothing there grows with time: a key is overwritten or removed.
// Threads: as the port says.

#include <chrono>
#include <memory>

#include "events/log/jetstream/connection.hpp"
#include "events/log/lease_store.hpp"

namespace ordo::log::jetstream {

class JetStreamLeaseStore final : public LeaseStore {
 public:
  explicit JetStreamLeaseStore(std::shared_ptr<Connection> connection, std::chrono::milliseconds timeout = std::chrono::seconds(2))
      : connection_(std::move(connection)), timeout_(timeout) {}

  [[nodiscard]] Result<std::vector<LeaseEntry>> written_after(const std::string& role, std::uint64_t revision) override;
  [[nodiscard]] Result<std::uint64_t> write(const std::string& role, const Lease& lease, std::uint64_t expected) override;
  [[nodiscard]] Result<std::uint64_t> write(const std::string& role, const Presence& presence,
                                            std::optional<std::uint64_t> expected) override;
  [[nodiscard]] Result<void> forget(const std::string& role, const std::string& name, std::uint64_t revision) override;

 private:
  std::shared_ptr<Connection> connection_;
  std::chrono::milliseconds timeout_;
};

}  // namespace ordo::log::jetstream
