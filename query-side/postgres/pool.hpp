#pragma once
// Purpose: a bounded set of connections that threads borrow from. They are opened when first wanted; when one is found broken,
//          the idle ones are closed as well, since a restarted server has killed them all.
// Errors: unavailable when no connection comes free in time; otherwise as connection.hpp.
// Threads: every function may be called from every thread; a `Lease` belongs to one. The pool outlives its leases.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "query-side/postgres/connection.hpp"

namespace ordo::postgres {

struct PoolOptions {
  ConnectionOptions connection;
  std::size_t connections_max = 8;
  std::chrono::milliseconds acquire_limit{2'000};
  std::function<Result<void>(Connection&)> admit{};  // asked before a connection is lent; who is refused hears why
};

class Pool {
 public:
  class Lease {
   public:
    Lease(Pool& pool, Connection connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->give_back(std::move(connection_));
    }
    [[nodiscard]] Connection& operator*() { return connection_; }
    [[nodiscard]] Connection* operator->() { return &connection_; }

   private:
    Pool* pool_;
    Connection connection_;
  };

  explicit Pool(PoolOptions options);

  [[nodiscard]] Result<Lease> acquire();

  // One statement on a borrowed connection, committed at once.
  template <class... Values>
  [[nodiscard]] Result<Rows> execute(std::string_view sql, const Values&... values) {
    auto lease = acquire();
    if (!lease) return tl::unexpected(lease.error());
    return (*lease)->execute(sql, values...);
  }

  // Runs `body(Transaction&) -> Result<T>` in a transaction: a value commits it, a failure rolls it back.
  template <class Body>
  [[nodiscard]] std::invoke_result_t<Body, Transaction&> transact(TransactionOptions options, Body&& body) {
    auto lease = acquire();
    if (!lease) return tl::unexpected(lease.error());
    auto transaction = (*lease)->begin(options);
    if (!transaction) return tl::unexpected(transaction.error());
    auto outcome = std::forward<Body>(body)(*transaction);
    if (!outcome) return outcome;
    if (auto committed = transaction->commit(); !committed) return tl::unexpected(committed.error());
    return outcome;
  }
  template <class Body>
  [[nodiscard]] auto transact(Body&& body) {
    return transact(TransactionOptions{}, std::forward<Body>(body));
  }

 private:
  [[nodiscard]] Result<Lease> take();
  void give_back(Connection connection);

  PoolOptions options_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t borrowed_ = 0;      // counts those that are being opened, too
  std::vector<Connection> idle_;  // the last used one at the back
};

}  // namespace ordo::postgres
