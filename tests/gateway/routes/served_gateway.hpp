#pragma once
// Purpose: the gateway's routes on real parts, but for HTTP's bytes and the log's server: owners that decide, a projector that writes to
//          Postgres, the feed. Requests go through the router.
// Errors: throws when there is no Postgres.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "command-side/runtime/owner_thread.hpp"
#include "events/log/in_memory_log.hpp"
#include "gateway/http/router.hpp"
#include "gateway/live/outcome_feed.hpp"
#include "gateway/live/outcome_watch.hpp"
#include "gateway/orders/cancel_route.hpp"
#include "gateway/orders/order_routes.hpp"
#include "gateway/payments/payment_routes.hpp"
#include "projections/runtime/projector.hpp"
#include "query-side/postgres/listener.hpp"
#include "tests/query-side/postgres/temporary_database.hpp"

namespace ordo::tests {

struct Answer {
  http::Response response;

  [[nodiscard]] int status() const { return response.status; }
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(response.body); }
  [[nodiscard]] std::string header(std::string_view name) const {
    return std::string(http::find_header(response.headers, name).value_or(""));
  }
};

struct Question {
  http::Method method = http::Method::get;
  std::string target;
  std::string body;
  http::Headers headers;
};

// Without `feed` outcomes reach those who wait by looking them up only.
enum class Feed { on, off };

class ServedGateway {
 public:
  explicit ServedGateway(Feed feed = Feed::on);
  ~ServedGateway();

  // Asks as this user; "root" is an admin. Waits for the answer.
  [[nodiscard]] Answer ask(UserId user, Question question);
  [[nodiscard]] Answer get(UserId user, std::string target, http::Headers headers = {});
  [[nodiscard]] Answer post(UserId user, std::string target, std::string body, http::Headers headers = {});

  // A user whose account holds that much, as the read model knows already.
  [[nodiscard]] UserId user_with(std::int64_t money);

  // Appends an event that no program can read, of this user and order, where only this one's reader meets it.
  void append_unreadable(log::Topic topic, const log::Key& key);

  // As a process that was started again: it remembers no command and no answer.
  void start_anew();

  // A user who may read everyone's.
  const UserId admin = UserId::random();

 private:
  // What a gateway's process remembers, and what uses it.
  struct Front {
    explicit Front(ServedGateway& of);
    commands::CommandFlow flow;
    orders::OrderRoutes orders;
    orders::CancelRoute cancel;
    billing::PaymentRoutes payments;
    http::Router router;
  };

  [[nodiscard]] http::Router make_router(Front& front);

  static constexpr log::Partition kPartitions = 2;

  SystemClock clock_;
  TemporaryDatabase database_;
  postgres::Pool pool_;
  log::InMemoryLog log_;
  projections::Projector projector_;
  std::vector<std::unique_ptr<runtime::OwnerThread>> owners_;
  http::WorkerPool workers_{2, 100};
  reads::CursorSeal seal_{"key"};
  live::Waiters waiters_;
  std::optional<live::OutcomeFeed> feed_;
  live::OutcomeWatch watch_;
  reads::ReadGate gate_;
  postgres::Listener moved_;
  std::optional<Front> front_;
};

// {"items":[…]} of one item at that price.
[[nodiscard]] std::string basket(std::int64_t price);

}  // namespace ordo::tests
