#include "query-side/postgres/session_connection.hpp"

#include <algorithm>
#include <memory>

#include <libpq-fe.h>

#include "query-side/postgres/failures.hpp"

namespace ordo::postgres {
namespace {

using ResultHandle = std::unique_ptr<PGresult, decltype(&PQclear)>;

constexpr const char* kLost = "postgres: the connection was lost";
constexpr std::size_t kPieceBytes = 64 * 1024;

ResultHandle next_result(PGconn* connection) { return {PQgetResult(connection), &PQclear}; }

Failure failure_of(PGconn* connection, const PGresult* result) {
  if (PQstatus(connection) != CONNECTION_OK) return {FailureKind::unavailable, kLost};
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return server_failure(std::string("ERROR:  ") + (text != nullptr ? text : "COPY failed"), state != nullptr ? state : "");
}

}  // namespace

Result<void> SessionConnection::copy_in(const std::string& sql, std::string_view rows) {
  PGconn* const connection = policy_.connected;
  const ResultHandle begun(PQexec(connection, sql.c_str()), &PQclear);
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return tl::unexpected(failure_of(connection, begun.get()));
  // A server that refuses a row says so at the end, and drops what comes until then.
  for (auto left = rows; !left.empty(); left.remove_prefix(std::min(left.size(), kPieceBytes))) {
    const auto piece = left.substr(0, kPieceBytes);
    if (PQputCopyData(connection, piece.data(), static_cast<int>(piece.size())) != 1) break;
  }
  Result<void> outcome;
  if (PQputCopyEnd(connection, nullptr) != 1) outcome = failure(FailureKind::unavailable, kLost);
  while (const auto result = next_result(connection)) {
    if (outcome && PQresultStatus(result.get()) != PGRES_COMMAND_OK) outcome = tl::unexpected(failure_of(connection, result.get()));
  }
  return outcome;
}

}  // namespace ordo::postgres
