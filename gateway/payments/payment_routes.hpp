#pragma once
// Purpose: the routes of wallets: open an account, top up, balance, statement.
// Threads: handlers run where router.hpp says. Owns: all that it is given outlives it; it is destroyed before the flow and after
//          the server stopped.

#include "events/log/stream.hpp"
#include "events/vocabulary/time.hpp"
#include "gateway/commands/command_flow.hpp"
#include "gateway/http/router.hpp"
#include "gateway/reads/cursor.hpp"
#include "gateway/reads/read_gate.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::billing {

class PaymentRoutes {
 public:
  // `currency`: of accounts for which the client names none.
  PaymentRoutes(commands::CommandFlow& flow, postgres::Pool& pool, reads::ReadGate& gate, const reads::CursorSeal& seal,
                Clock& clock, log::Partition partitions, Currency currency);

  void add_to(http::Router& router);

 private:
  void open_account(const http::Request& request, http::Responder responder);
  void top_up(const http::Request& request, http::Responder responder);
  void balance(const http::Request& request, http::Responder responder) const;
  void operations(const http::Request& request, http::Responder responder) const;

  [[nodiscard]] Result<std::vector<commands::KnownCommand>> find_known(std::span<const IdBytes> ids) const;
  [[nodiscard]] Result<void> add_top_ups(const std::vector<OperationId>& operations, std::vector<commands::KnownCommand>& known) const;
  [[nodiscard]] Result<void> add_account_requests(const std::vector<OperationId>& operations, std::vector<commands::KnownCommand>& known) const;
  [[nodiscard]] Result<http::Response, http::Problem> operations_page(const http::Request& request) const;
  // What every command of a user has in common.
  [[nodiscard]] commands::Submission submission_of(const http::Request& request, log::Topic topic) const;

  commands::CommandFlow& flow_;
  postgres::Pool& pool_;
  reads::ReadGate& gate_;
  const reads::CursorSeal& seal_;
  Clock& clock_;
  const log::Partition partitions_;
  const Currency currency_;
  commands::KnownCommands known_;  // last: its thread asks the others
};

}  // namespace ordo::billing
