#pragma once
// Purpose: customers and the gateway's way of commands into the log: its own grouping, retries and limits. Customers ask again, with the
//          same key, until they are told that their command is stored.
// Threads: one.

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "events/vocabulary/money.hpp"
#include "gateway/commands/append_lanes.hpp"
#include "tests/simulation/cluster.hpp"

namespace ordo::simulation {

// The gateway's process: `AppendLanes` as shipped, and a connection.
class SimulatedGateway {
 public:
  SimulatedGateway(Cluster& cluster, std::uint64_t number);

  // False: too much waits. `settled` is not called when the process dies.
  [[nodiscard]] bool submit(commands::Command command, commands::CommandSettled settled);
  Client& client() { return client_; }

 private:
  void pump();
  [[nodiscard]] commands::Instant now() const;

  Cluster& cluster_;
  Client client_;
  commands::AppendLanes lanes_{commands::AppendLimits{}};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// What customers come for.
enum class Custom : std::uint8_t {
  usual,  // they top up, order and regret, one thing after the other, or several at once
  rush,   // one has money for `kRushPaid` orders and asks for `kRushOrders` at once
};
inline constexpr int kRushOrders = 100;
inline constexpr int kRushPaid = 30;

class FrontDoor {
 public:
  FrontDoor(Cluster& cluster, Random& random, Custom custom, int orders);

  // Customers begin.
  void open();
  void start_gateway(std::uint64_t number);
  void stop_gateway() { gateway_.reset(); }
  [[nodiscard]] SimulatedGateway* gateway() { return gateway_.get(); }
  // Every customer has all he wanted, and was told so.
  [[nodiscard]] bool is_quiet() const;
  // What customers were told is stored.
  [[nodiscard]] const std::vector<OrderId>& orders_told() const { return orders_told_; }
  [[nodiscard]] const std::vector<OperationId>& top_ups_told() const { return top_ups_told_; }
  [[nodiscard]] const std::vector<std::pair<OrderId, CancellationId>>& cancellations_told() const { return cancellations_told_; }

 private:
  struct Customer {
    UserId id;
    int number = 0;
    int orders_left = 0;
  };
  struct Wish {
    commands::Command command;
    std::function<void()> then;  // once it is stored
    bool asked = false;
    bool stored = false;
  };

  void register_customer(Customer& customer);
  void go_on(Customer& customer);
  void rush(Customer& customer);
  void top_up(Customer& customer, std::int64_t amount, std::function<void()> then);
  void order(Customer& customer, std::function<void()> then);
  void order_at(Customer& customer, std::int64_t price, std::function<void(OrderId)> then);
  void regret(OrderId order, UserId user);
  void wish(log::Topic topic, log::Payload payload, const log::Key& key, std::function<void()> then);
  void ask(const std::shared_ptr<Wish>& wish);

  Cluster& cluster_;
  Random& random_;
  const Custom custom_;
  const Currency currency_ = *Currency::parse("EUR");
  std::unique_ptr<Client> registry_;  // identity's relay
  std::unique_ptr<SimulatedGateway> gateway_;
  std::vector<Customer> customers_;
  int wishes_left_ = 0;
  std::vector<OrderId> orders_told_;
  std::vector<OperationId> top_ups_told_;
  std::vector<std::pair<OrderId, CancellationId>> cancellations_told_;
};

}  // namespace ordo::simulation
