#include "tests/simulation/front_door.hpp"

#include <algorithm>

#include "events/billing/events.hpp"
#include "events/identity/events.hpp"
#include "events/orders/events.hpp"

namespace ordo::simulation {
namespace {

constexpr int kCustomers = 4;
constexpr std::int64_t kCustomersPatienceMs = 15'000;
constexpr std::uint64_t kRegistryNumber = 1'000'000'000;

}  // namespace

SimulatedGateway::SimulatedGateway(Cluster& cluster, std::uint64_t number) : cluster_(cluster), client_(cluster, number, [] {}) {}

commands::Instant SimulatedGateway::now() const {
  return commands::Instant(std::chrono::milliseconds(cluster_.timeline().now_ms()));
}

bool SimulatedGateway::submit(commands::Command command, commands::CommandSettled settled) {
  if (!lanes_.submit(command, settled, now())) return false;
  pump();
  return true;
}

void SimulatedGateway::pump() {
  for (const auto& [settled, outcome] : lanes_.expire(now())) settled(outcome);
  for (auto& append : lanes_.due(now())) {
    client_.append(std::move(append.request), [this, lane = append.lane](const Result<std::uint64_t>& outcome) {
      for (const auto& [settled, position] : lanes_.settle(lane, outcome, now())) settled(position);
      pump();
    });
  }
  const auto due = lanes_.next_due();
  if (!due) return;
  const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(*due - now()).count();
  cluster_.timeline().after(std::max<std::int64_t>(delay, 1), [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) pump();
  });
}

FrontDoor::FrontDoor(Cluster& cluster, Random& random, Custom custom, int orders) : cluster_(cluster), random_(random), custom_(custom) {
  const int customers = custom == Custom::usual ? kCustomers : 1;
  const int orders_each = custom == Custom::usual ? orders / kCustomers : kRushOrders;
  for (int number = 0; number < customers; ++number) customers_.push_back({random.id<UserId>(), number, orders_each});
}

void FrontDoor::open() {
  registry_ = std::make_unique<Client>(cluster_, kRegistryNumber, [] {});
  for (auto& customer : customers_) register_customer(customer);
}

bool FrontDoor::is_quiet() const {
  return wishes_left_ == 0 && std::ranges::all_of(customers_, [](const auto& customer) { return customer.orders_left == 0; });
}

void FrontDoor::start_gateway(std::uint64_t number) { gateway_ = std::make_unique<SimulatedGateway>(cluster_, number); }

// As the outbox does: again and again until it is stored; once more does no harm.
void FrontDoor::register_customer(Customer& customer) {
  ++wishes_left_;
  const log::Event event{random_.id<EventId>(), identity::encode({customer.id, currency_}), std::nullopt,
                         {"simulated", "", customer.id, log::Key{customer.id, std::nullopt}}, {cluster_.timeline().now_ms()}, {}};
  const auto subject = log::subject(log::Topic::user_registered, 0);
  registry_->append({{log::StreamKind::users, 0}, subject, log::encode_run({{}, {event}}), std::nullopt},
                    [this, &customer](const Result<std::uint64_t>& outcome) {
                      --wishes_left_;
                      if (!outcome) return register_customer(customer);
                      if (custom_ == Custom::rush) return rush(customer);
                      top_up(customer, random_.between(100, 1'500), [this, &customer] { go_on(customer); });
                    });
}

void FrontDoor::go_on(Customer& customer) {
  if (customer.orders_left == 0) return;
  // Several at once now and then: only the last one is waited for.
  const auto burst = std::min<std::int64_t>(customer.orders_left, random_.one_in(4) ? random_.between(2, 8) : 1);
  customer.orders_left -= static_cast<int>(burst);
  for (std::int64_t count = 1; count < burst; ++count) order(customer, [] {});
  order(customer, [this, &customer] {
    cluster_.timeline().after(random_.between(0, 400), [this, &customer] {
      if (random_.one_in(3)) return top_up(customer, random_.between(100, 1'500), [this, &customer] { go_on(customer); });
      go_on(customer);
    });
  });
}

// In one moment, or within a few seconds; and faults go on for a while after all are stored.
void FrontDoor::rush(Customer& customer) {
  const auto price = random_.between(10, 500);
  const auto lasts_ms = random_.one_in(2) ? 0 : random_.between(1, 3'000);
  top_up(customer, kRushPaid * price + random_.below(price), [this, &customer, price, lasts_ms] {
    ++wishes_left_;
    for (; customer.orders_left > 0; --customer.orders_left) {
      ++wishes_left_;
      cluster_.timeline().after(random_.between(0, lasts_ms), [this, &customer, price] {
        --wishes_left_;
        order_at(customer, price, [](OrderId) {});
      });
    }
    cluster_.timeline().after(random_.between(0, 60'000), [this] { --wishes_left_; });
  });
}

void FrontDoor::top_up(Customer& customer, std::int64_t amount, std::function<void()> then) {
  const billing::TopUpRequested command{random_.id<OperationId>(), customer.id, {amount, currency_}, {}};
  wish(log::Topic::payment_top_up, billing::encode(billing::Command{command}), {customer.id, std::nullopt},
       [this, id = command.operation_id, then = std::move(then)] {
         top_ups_told_.push_back(id);
         then();
       });
}

void FrontDoor::order(Customer& customer, std::function<void()> then) {
  order_at(customer, random_.between(10, 500), [this, user = customer.id, then = std::move(then)](OrderId id) {
    while (random_.one_in(4)) regret(id, user);
    then();
  });
}

void FrontDoor::order_at(Customer& customer, std::int64_t price, std::function<void(OrderId)> then) {
  const orders::Purchase purchase{random_.id<OrderId>(), customer.id, {{"sku", "", 1, price}}, {price, currency_}, {}};
  wish(log::Topic::order_create, orders::encode(orders::OrderCreateRequested{purchase}), {customer.id, purchase.order_id},
       [this, id = purchase.order_id, then = std::move(then)] {
         orders_told_.push_back(id);
         then(id);
       });
}

// At once, while it is being paid, or long after that.
void FrontDoor::regret(OrderId order, UserId user) {
  ++wishes_left_;
  const orders::OrderCancelRequested command{order, user, random_.id<CancellationId>()};
  cluster_.timeline().after(random_.one_in(3) ? random_.between(0, 5'000) : random_.between(0, 50), [this, command] {
    --wishes_left_;
    wish(log::Topic::order_cancel, orders::encode(command), {command.user_id, command.order_id},
         [this, command] { cancellations_told_.emplace_back(command.order_id, command.cancellation_id); });
  });
}

void FrontDoor::wish(log::Topic topic, log::Payload payload, const log::Key& key, std::function<void()> then) {
  ++wishes_left_;
  const Timestamp now{cluster_.timeline().now_ms()};
  const log::Event event{random_.id<EventId>(), std::move(payload), std::nullopt, {"simulated", "", key.user, key}, now, {}};
  ask(std::make_shared<Wish>(Wish{{topic, 0, event}, std::move(then)}));
}

void FrontDoor::ask(const std::shared_ptr<Wish>& wish) {
  const auto settled = [this, wish](const Result<log::StreamPosition>& position) {
    if (!position || wish->stored) return;
    wish->stored = true;
    --wishes_left_;
    wish->then();
    // Some ask again although they were told.
    if (random_.one_in(10)) cluster_.timeline().after(random_.between(0, 60'000), [this, wish] { ask(wish); });
  };
  if (wish->asked) cluster_.count(Occurrence::command_repeated);
  wish->asked = true;
  auto command = wish->command;
  command.event.id = random_.id<EventId>();
  if (gateway_) std::ignore = gateway_->submit(std::move(command), settled);
  if (wish->stored) return;
  // A gateway that dies tells nobody.
  cluster_.timeline().after(random_.between(kCustomersPatienceMs, 2 * kCustomersPatienceMs), [this, wish] {
    if (!wish->stored) ask(wish);
  });
}

}  // namespace ordo::simulation
