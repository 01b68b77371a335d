#include "query-side/postgres/failures.hpp"

#include "query-side/postgres/connection.hpp"

#include <array>
#include <exception>

#include <pqxx/except>

namespace ordo::postgres {
namespace {

// The server's later lines (DETAIL, LINE) quote rows and statements.
std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

struct StateClass {
  std::string_view prefix;  // of the SQLSTATE
  FailureKind kind;
};

// The first that fits counts.
constexpr std::array kStates{
    StateClass{"23505", FailureKind::conflict},     // a unique key is taken
    StateClass{"40003", FailureKind::timeout},      // statement completion unknown
    StateClass{"40", FailureKind::conflict},        // serialization, deadlock
    StateClass{"55P03", FailureKind::conflict},     // a lock is not to be had
    StateClass{"0A000", FailureKind::conflict},     // a prepared statement's tables were changed: new connection, new plan
    StateClass{"08", FailureKind::unavailable},     // connection
    StateClass{"53", FailureKind::unavailable},     // out of disk, memory or connections
    StateClass{"57", FailureKind::unavailable},     // shut down, cancelled
    StateClass{"58", FailureKind::unavailable},     // an error of the operating system
    StateClass{"25006", FailureKind::unavailable},  // read-only: the server became a standby
    StateClass{"25P03", FailureKind::unavailable},  // idle in transaction for too long
    StateClass{"28", FailureKind::unavailable},     // not let in
    StateClass{"3D", FailureKind::unavailable},     // no such database
};

FailureKind kind_of(std::string_view state) {
  if (state.empty()) return FailureKind::unavailable;  // libpq's own, not the server's: the connection
  for (const auto& known : kStates) {
    if (state.starts_with(known.prefix)) return known.kind;
  }
  return FailureKind::corrupt;
}

}  // namespace

// The text ends with the SQLSTATE: classes 22, data exceptions, and 23, constraints.
bool is_refusal_of_values(const Failure& failure) {
  const auto bracket = failure.text.rfind(" (2");
  if (bracket == std::string::npos || bracket + 8 != failure.text.size()) return false;
  return failure.text[bracket + 3] == '2' || failure.text[bracket + 3] == '3';
}

Failure server_failure(std::string_view text, const std::string& state) {
  const auto* const remedy = state == "42501" ? "; `ordo setup` grants each role what it needs" : "";
  return {kind_of(state), "postgres: " + first_line(text) + remedy + " (" + state + ")"};
}

Failure current_failure() noexcept {
  try {
    throw;
  } catch (const pqxx::in_doubt_error&) {
    return {FailureKind::timeout, "postgres: the connection was lost during a commit"};
  } catch (const pqxx::broken_connection& error) {
    return {FailureKind::unavailable, "postgres: " + first_line(error.what())};
  } catch (const pqxx::statement_completion_unknown& error) {
    return {FailureKind::timeout, "postgres: " + first_line(error.what())};
  } catch (const pqxx::transaction_rollback& error) {
    return {FailureKind::conflict, "postgres: " + first_line(error.what())};
  } catch (const pqxx::sql_error& error) {
    return server_failure(error.what(), error.sqlstate());
  } catch (const std::exception& error) {
    return {FailureKind::corrupt, "postgres: " + first_line(error.what())};
  }
}

}  // namespace ordo::postgres
