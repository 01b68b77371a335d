#pragma once
// Purpose: the read model in memory and its projector: the shipped folding of events into rows, and the rules of its statements in
//          place of Postgres. Rows and checkpoint change together; the checkpoint advances by compare-and-set.
// Threads: one.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "projections/balances/wallet_rows.hpp"
#include "projections/orders/order_rows.hpp"
#include "tests/simulation/auditor.hpp"
#include "tests/simulation/cluster.hpp"

namespace ordo::simulation {

class ReadModel {
 public:
  using Reached = std::map<log::StreamName, std::uint64_t>;

  explicit ReadModel(const Auditor& auditor) : auditor_(auditor) {}

  [[nodiscard]] Reached reached(const std::vector<log::StreamName>& streams) const;
  // False, and nothing is written, when another projector has advanced in between.
  bool write(const projections::OrderRows& orders, const projections::WalletRows& wallets, const Reached& before, const Reached& after);

  // Throws Violation where a row is not what the log says.
  [[nodiscard]] bool is_up_with(Cluster& cluster, log::Partition partition) const;
  // Throws Violation where a row is not what the log says.
  void require_all_rows() const;

 private:
  void put(const projections::OrderRow& row, const Reached& after);

  const Auditor& auditor_;
  Reached reached_;
  std::unordered_map<OrderId, projections::OrderRow> orders_;
  std::map<UserId, std::int64_t> balances_;
  std::set<OperationId> operations_;
};

class SimulatedProjector {
 public:
  SimulatedProjector(Client& client, ReadModel& model, log::Partition partition);

  // Writes what has come. `falls_over`: the process dies after it wrote and before it knows.
  void step();

 private:
  void open();

  Client& client_;
  ReadModel& model_;
  std::vector<log::StreamName> streams_;
  ReadModel::Reached reached_;
  std::deque<log::StoredMessage> messages_;
  std::vector<std::unique_ptr<log::Reader>> readers_;
};

}  // namespace ordo::simulation
