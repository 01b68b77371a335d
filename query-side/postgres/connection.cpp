#include "query-side/postgres/connection.hpp"

#include <cassert>
#include <functional>
#include <thread>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <pqxx/binarystring>
#include <pqxx/errorhandler>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include "query-side/postgres/failures.hpp"
#include "query-side/postgres/rows_data.hpp"
#include "query-side/postgres/session_connection.hpp"
#include "query-side/postgres/url.hpp"
#include "query-side/postgres/watchdog.hpp"

namespace ordo::postgres {
namespace {

constexpr const char* kLost = "postgres: the connection was lost";

// What libpqxx is given: one of the two for every parameter.
struct Values {
  std::array<std::nullptr_t, kParametersMax> nulls{};
  std::vector<pqxx::binarystring> binaries;
  std::span<const Parameter> parameters;
  std::array<std::size_t, kParametersMax> binary_at{};

  explicit Values(std::span<const Parameter> all) : parameters(all) {
    binaries.reserve(all.size());
    for (std::size_t index = 0; index < all.size(); ++index) {
      const auto& bytes = all[index].bytes();
      if (!bytes) continue;
      binary_at[index] = binaries.size();
      binaries.emplace_back(bytes->data(), bytes->size());
    }
  }

  // libpqxx wants the type of each argument at compile time, NULL or binary; a range counts as as many arguments as it has elements. So
  // every parameter is passed as two ranges, of which one is empty.
  template <std::size_t Slot>
  [[nodiscard]] auto range() const {
    constexpr std::size_t index = Slot / 2;
    const bool given = index < parameters.size();
    const bool binary = given && parameters[index].bytes().has_value();
    if constexpr (Slot % 2 == 0) {
      const auto* first = &nulls[index];
      return pqxx::internal::dynamic_params<const std::nullptr_t*>(first, first + (given && !binary ? 1 : 0));
    } else {
      const auto* first = binaries.data() + binary_at[index];
      return pqxx::internal::dynamic_params<const pqxx::binarystring*>(first, first + (binary ? 1 : 0));
    }
  }
};

template <std::size_t... Slots>
pqxx::result execute_prepared(pqxx::transaction_base& work, const std::string& name, const Values& values,
                              std::index_sequence<Slots...>) {
  return work.exec_prepared(name, values.range<Slots>()...);
}

std::chrono::milliseconds watched_limit(const ConnectionOptions& options) {
  return options.statement_limit.count() == 0 ? options.statement_limit : options.statement_limit + kAnswerMargin;
}

std::string opening_statements(pqxx::connection_base& connection, const ConnectionOptions& options) {
  return fmt::format(
      "SET application_name = {}; SET statement_timeout = {}; SET idle_in_transaction_session_timeout = '60s'; "
      "SET client_min_messages = error; SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET datestyle = 'ISO'; "
      "SET bytea_output = 'hex'; SET enable_seqscan = {}; SET plan_cache_mode = {}",
      connection.quote(options.application_name), options.statement_limit.count(), options.by_index ? "off" : "on",
      options.by_index ? "force_generic_plan" : "auto");
}

std::string beginning_statements(TransactionOptions options) {
  std::string sql;
  if (options.durability == Durability::deferred) sql += "SET LOCAL synchronous_commit = off;";
  if (options.isolation == Isolation::repeatable_read) sql += "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;";
  return sql;
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

struct Connection::Session {
  explicit Session(const ConnectionOptions& options)
      : connection(with_limits(options.url)),
        quiet(connection),
        watchdog(connection.sock(), watched_limit(options), options.stop) {}

  SessionConnection connection;
  pqxx::quiet_errorhandler quiet;  // what it would print quotes statements
  std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> prepared;  // statement to name
  bool healthy = true;
  Watchdog watchdog;

  [[nodiscard]] bool usable() const { return healthy && connection.is_open(); }

  [[nodiscard]] const std::string& name_of(std::string_view sql) {
    if (const auto known = prepared.find(sql); known != prepared.end()) return known->second;
    const auto name = fmt::format("ordo_{}", prepared.size());
    connection.prepare(name, std::string(sql));
    return prepared.emplace(sql, name).first->second;
  }

  [[nodiscard]] Rows execute(pqxx::transaction_base& work, std::string_view sql, std::span<const Parameter> parameters) {
    assert(parameters.size() <= kParametersMax);
    return Rows(std::make_shared<const RowsData>(RowsData{execute_prepared(
        work, name_of(sql), Values(parameters), std::make_index_sequence<2 * kParametersMax>{})}));
  }

  // Runs `step`; what it throws becomes a failure, and a connection that was lost stays so: libpqxx would reconnect in
  // silence, without this session's settings.
  template <class Step>
  [[nodiscard]] auto guarded(Step step, Limited limited = Limited::yes) -> Result<decltype(step())> {
    if (!usable()) return failure(FailureKind::unavailable, kLost);
    const Watchdog::Watch watch(watchdog, limited);
    try {
      if constexpr (std::is_void_v<decltype(step())>) {
        step();
        return {};
      } else {
        return step();
      }
    } catch (...) {
      return tl::unexpected(judged(current_failure()));
    }
  }

  // Whether the connection is of use after that.
  [[nodiscard]] Failure judged(Failure reason) {
    const bool replan = reason.text.ends_with("(0A000)");
    if (reason.kind == FailureKind::timeout || replan || !connection.is_open()) healthy = false;
    // What libpqxx says then speaks of something else.
    if (!connection.is_open() && reason.kind != FailureKind::timeout) return {FailureKind::unavailable, kLost};
    return reason;
  }
};

struct Transaction::Work {
  explicit Work(Connection::Session& of) : session(of), work(of.connection) {}

  Connection::Session& session;
  pqxx::work work;
  std::optional<Failure> failed;

  template <class Step>
  [[nodiscard]] auto guarded(Step step, Limited limited = Limited::yes) -> Result<decltype(step())> {
    if (failed) return tl::unexpected(*failed);
    auto outcome = session.guarded(std::move(step), limited);
    if (!outcome) failed = outcome.error();
    return outcome;
  }
};

Connection::Connection(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const ConnectionOptions& options) {
  if (options.stop.stop_requested()) return failure(FailureKind::unavailable, "postgres: the process ends");
  try {
    auto session = std::make_unique<Session>(options);
    const Watchdog::Watch watch(session->watchdog);
    pqxx::nontransaction(session->connection).exec(opening_statements(session->connection, options));
    return Connection(std::move(session));
  } catch (...) {
    auto reason = current_failure();
    reason.kind = FailureKind::unavailable;
    return tl::unexpected(std::move(reason));
  }
}

Result<Connection> Connection::wait_for(const ConnectionOptions& options, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    auto connection = open(options);
    if (connection || options.stop.stop_requested() || std::chrono::steady_clock::now() >= end) return connection;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

bool Connection::usable() const { return session_ != nullptr && session_->usable(); }

Result<Transaction> Connection::begin(TransactionOptions options) {
  return session_->guarded([&] {
    auto work = std::make_unique<Transaction::Work>(*session_);
    if (const auto sql = beginning_statements(options); !sql.empty()) work->work.exec(sql);
    return Transaction(std::move(work));
  });
}

Result<Rows> Connection::execute_with(std::string_view sql, std::span<const Parameter> parameters) {
  return session_->guarded([&] {
    pqxx::nontransaction work(session_->connection);
    return session_->execute(work, sql, parameters);
  });
}

Result<void> Connection::run_script(std::string_view sql) {
  return session_->guarded([&] { pqxx::nontransaction(session_->connection).exec(std::string(sql)); }, Limited::no);
}

Transaction::Transaction(std::unique_ptr<Work> work) : work_(std::move(work)) {}
Transaction::Transaction(Transaction&&) noexcept = default;

// Rolling back is a statement, too.
Transaction::~Transaction() {
  if (!work_) return;
  const Watchdog::Watch watch(work_->session.watchdog);
  work_.reset();
}

Result<Rows> Transaction::execute_with(std::string_view sql, std::span<const Parameter> parameters) {
  return work_->guarded([&] { return work_->session.execute(work_->work, sql, parameters); });
}

Result<void> Transaction::run_script(std::string_view sql) {
  return work_->guarded([&] { work_->work.exec(std::string(sql)); }, Limited::no);
}

Result<void> Transaction::copy(std::string_view into, CopyRows rows) {
  if (rows.empty()) return {};
  auto copied = work_->guarded([&] {
    const auto done = work_->session.connection.copy_in(fmt::format("copy {} from stdin (format binary)", into), rows.take());
    return done ? done : tl::unexpected(work_->session.judged(done.error()));
  });
  auto outcome = copied ? std::move(*copied) : tl::unexpected(copied.error());
  if (!outcome) work_->failed = outcome.error();
  return outcome;
}

Result<void> Transaction::attempt(const std::function<Result<void>()>& step) {
  if (auto begun = run_script("savepoint attempt"); !begun) return begun;
  auto done = step();
  if (done) return run_script("release savepoint attempt");
  if (!work_->session.usable()) return done;
  work_->failed.reset();
  return run_script("rollback to savepoint attempt; release savepoint attempt").and_then([&] { return done; });
}

Result<void> Transaction::commit() {
  return work_->guarded([&] { work_->work.commit(); });
}

}  // namespace ordo::postgres

// libpqxx 6.4 forgets the last answer (2 KB) when it finds a connection lost. Leak checkers that are linked in ask for this.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx"; }
