#pragma once
// Purpose: one connection to Postgres and the transactions on it. This folder is the only user of libpqxx, and its exceptions
//          end here.
// Errors:
//   unavailable: no connection, or it was lost before the commit began, or the server hangs or is short of something: nothing was
//                changed
//   conflict:    a deadlock, a lost race, a unique key that is taken: nothing was changed
//   timeout:     the connection was lost during the commit: read again to see what became of it
//   corrupt:     a statement the server refuses, or data that it does not accept: trying again does not help
// A connection that failed is not `usable()` any more; it never reconnects by itself. Failure texts hold the server's first line
// only, never its details, which quote rows.
// Threads: a connection and its transaction belong to one thread at a time.

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "events/vocabulary/result.hpp"
#include "query-side/postgres/copy_rows.hpp"
#include "query-side/postgres/parameters.hpp"
#include "query-side/postgres/rows.hpp"

namespace ordo::postgres {

inline constexpr std::size_t kParametersMax = 32;
inline constexpr std::chrono::milliseconds kAnswerMargin{1'000};

// Whether a commit waits for the disk. `deferred` may lose the last moments' transactions when the server dies, wholly and in
// order: for what can be read again from the log.
enum class Durability { full, deferred };
enum class Isolation { read_committed, repeatable_read };

struct TransactionOptions {
  Durability durability = Durability::full;
  Isolation isolation = Isolation::read_committed;
};

struct ConnectionOptions {
  std::string url;  // libpq URI or keywords
  std::string application_name = "ordo";
  // Longer statements are cancelled by the server: unavailable; 0: no limit. A server that does not even do that, because it
  // hangs, is given up kAnswerMargin later: the connection is lost then. Scripts have no such end: they may be many statements.
  std::chrono::milliseconds statement_limit{30'000};
  // Every statement finds its rows by an index, and is planned once. Without this the server reads a small table whole, and goes on doing so,
  // for as long as the connection lasts, with one that has grown since the statement was planned; or it plans a statement that takes an array
  // anew each time, which costs more than to run it.
  bool by_index = false;
  // Once it is requested, no connection is opened, and what is under way is given up kStopGrace later: for processes that end.
  std::stop_token stop = {};
};

// A statement failed for the values that it was given: a constraint does not hold, a unique key is taken, a number is out of range.
[[nodiscard]] bool is_refusal_of_values(const Failure& failure);

class Transaction;

class Connection {
 public:
  [[nodiscard]] static Result<Connection> open(const ConnectionOptions& options);
  // For the start of a process: tries until the server is there, at most so long. Answers the last failure.
  [[nodiscard]] static Result<Connection> wait_for(const ConnectionOptions& options,
                                                   std::chrono::milliseconds limit = std::chrono::seconds(30));
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // Requires: no other transaction of this connection is open; the connection outlives it and does not move meanwhile.
  [[nodiscard]] Result<Transaction> begin(TransactionOptions options = {});

  // One statement, committed at once, in one round trip. It is prepared at its first use on the connection: `sql` is one of few
  // texts, with $1, $2, … for every value; never build a value into it.
  template <class... Values>
  [[nodiscard]] Result<Rows> execute(std::string_view sql, const Values&... values) {
    const std::array<Parameter, sizeof...(Values)> parameters{Parameter(values)...};
    return execute_with(sql, parameters);
  }
  [[nodiscard]] Result<Rows> execute_with(std::string_view sql, std::span<const Parameter> parameters);

  // Any number of statements without parameters, outside a transaction of ours.
  [[nodiscard]] Result<void> run_script(std::string_view sql);

  [[nodiscard]] bool usable() const;

 private:
  friend class Transaction;
  struct Session;
  explicit Connection(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
};

class Transaction {
 public:
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();  // rolls back what was not committed

  // As above. After a failure every further statement fails too.
  template <class... Values>
  [[nodiscard]] Result<Rows> execute(std::string_view sql, const Values&... values) {
    const std::array<Parameter, sizeof...(Values)> parameters{Parameter(values)...};
    return execute_with(sql, parameters);
  }
  [[nodiscard]] Result<Rows> execute_with(std::string_view sql, std::span<const Parameter> parameters);
  [[nodiscard]] Result<void> run_script(std::string_view sql);

  // Adds rows to a table: "read.checkpoints (lane, stream, sequence)", with the columns that the rows hold, in their order.
  [[nodiscard]] Result<void> copy(std::string_view into, CopyRows rows);

  // Does what `step` does, wholly or not at all: when it fails, the transaction goes on as if it had not begun, unless the connection is
  // lost. Answers what the step answered. Attempts may be made within attempts.
  [[nodiscard]] Result<void> attempt(const std::function<Result<void>()>& step);

  // At most once; nothing may follow.
  [[nodiscard]] Result<void> commit();

 private:
  friend class Connection;
  struct Work;
  explicit Transaction(std::unique_ptr<Work> work);

  std::unique_ptr<Work> work_;
};

}  // namespace ordo::postgres
