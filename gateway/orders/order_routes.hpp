#pragma once
// Purpose: the routes of orders: create, get, list, history. (cancel_route.hpp has the one that cancels.)
// Threads: handlers run where router.hpp says. Owns: all that it is given outlives it; it is destroyed before the flow and after
//          the server stopped.

#include "events/log/stream.hpp"
#include "events/vocabulary/time.hpp"
#include "gateway/commands/command_flow.hpp"
#include "gateway/http/router.hpp"
#include "gateway/reads/cursor.hpp"
#include "gateway/reads/read_gate.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::orders {

class OrderRoutes {
 public:
  OrderRoutes(commands::CommandFlow& flow, postgres::Pool& pool, reads::ReadGate& gate, const reads::CursorSeal& seal,
              Clock& clock, log::Partition partitions);

  void add_to(http::Router& router);

 private:
  void create(const http::Request& request, http::Responder responder);
  void get(const http::Request& request, http::Responder responder) const;
  void list(const http::Request& request, http::Responder responder) const;
  void history(const http::Request& request, http::Responder responder) const;

  [[nodiscard]] Result<std::vector<commands::KnownCommand>> find_known(std::span<const IdBytes> ids) const;
  [[nodiscard]] Result<http::Response, http::Problem> list_page(const http::Request& request) const;

  commands::CommandFlow& flow_;
  postgres::Pool& pool_;
  reads::ReadGate& gate_;
  const reads::CursorSeal& seal_;
  Clock& clock_;
  const log::Partition partitions_;
  commands::KnownCommands known_;  // last: its thread asks the others
};

}  // namespace ordo::orders
