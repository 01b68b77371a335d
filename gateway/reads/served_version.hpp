#pragma once
// Purpose: keeps readers off tables that another version has made: their rows may mean something else, and nobody would notice. It looks
//          several times a second which tables serve, since a swap may put others in their place at any time.
// Errors:  unavailable when the tables are another version's, or not there; otherwise as query-side/postgres.
// Threads: every function may be called by all; `admit` blocks on Postgres now and then.

#include <chrono>
#include <mutex>
#include <optional>

#include "events/vocabulary/ids.hpp"
#include "gateway/http/problem.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::reads {

// What tells tables of this version from others.
struct TablesMark {
  std::int64_t version = 0;
  IdBytes fingerprint{};

  friend bool operator==(const TablesMark&, const TablesMark&) = default;
};

class ServedVersion {
 public:
  explicit ServedVersion(const TablesMark& expected) : expected_(expected) {}

  // For `postgres::PoolOptions`.
  [[nodiscard]] Result<void> admit(postgres::Connection& connection);

  // By the last look.
  [[nodiscard]] bool fits() const;

  // What readers hear while the tables are another version's, and nothing as soon as they fit. Requires: this pool asks `admit`.
  [[nodiscard]] std::optional<http::Problem> trouble(postgres::Pool& pool) const;

 private:
  [[nodiscard]] bool is_fresh() const;
  [[nodiscard]] Result<std::optional<TablesMark>> look(postgres::Connection& connection) const;

  const TablesMark expected_;
  mutable std::mutex mutex_;
  std::optional<TablesMark> serving_;
  bool has_looked_ = false;
  std::chrono::steady_clock::time_point looks_again_{};
};

}  // namespace ordo::reads
