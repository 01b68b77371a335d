#pragma once
// Purpose: libpqxx's connection, and libpq's below it, for COPY in binary form, which libpqxx does not have. For the sources of this
//          folder only.
// Threads: as the connection.

#include <string>

#include <pqxx/connection>

#include "events/vocabulary/result.hpp"

namespace ordo::postgres {

class SessionConnection final : public pqxx::connection_base {
 public:
  explicit SessionConnection(const std::string& url) : pqxx::connection_base(policy_), policy_(url) { init(); }
  ~SessionConnection() { close(); }
  SessionConnection(const SessionConnection&) = delete;
  SessionConnection& operator=(const SessionConnection&) = delete;

  // Runs a COPY … FROM STDIN within the transaction that is open.
  [[nodiscard]] Result<void> copy_in(const std::string& sql, std::string_view rows);

 private:
  // Keeps what it has connected.
  class Policy final : public pqxx::connect_direct {
   public:
    using pqxx::connect_direct::connect_direct;
    handle do_startconnect(handle before) override { return connected = pqxx::connect_direct::do_startconnect(before); }

    handle connected = nullptr;
  };

  Policy policy_;
};

}  // namespace ordo::postgres
