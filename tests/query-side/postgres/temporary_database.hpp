#pragma once
// Purpose: a database of a test's own on the server that ORDO_POSTGRES_URL names; dropped at the end, whoever is still connected.
// Errors: throws with a sentence when there is no server.

#include <string>

#include "query-side/postgres/connection.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::tests {

class TemporaryDatabase {
 public:
  TemporaryDatabase();
  ~TemporaryDatabase();
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] postgres::Connection connect() const;
  [[nodiscard]] postgres::PoolOptions pool_options(std::size_t connections_max = 4) const;

  // Kills every other connection to this database, as a restarted server would; answers how many.
  std::int64_t kill_connections() const;

 private:
  std::string server_url_;
  std::string name_;
  std::string url_;
};

// The value of a result that must be one; throws with its text otherwise.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace ordo::tests
