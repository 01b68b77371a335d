#include "tests/query-side/postgres/temporary_database.hpp"

#include <cstdlib>
#include <stdexcept>

namespace ordo::tests {
namespace {

std::string server_url() {
  const char* url = std::getenv("ORDO_POSTGRES_URL");
  if (url == nullptr || *url == '\0') {
    throw std::runtime_error("this test needs Postgres: set ORDO_POSTGRES_URL (./run services starts one and prints it)");
  }
  return url;
}

// postgres://user:password@host:port/database?settings, with another database
std::string with_database(const std::string& url, const std::string& database) {
  const auto authority = url.find("://") + 3;
  const auto settings = std::min(url.find('?', authority), url.size());
  const auto path = std::min(url.find('/', authority), settings);
  return url.substr(0, path) + "/" + database + url.substr(settings);
}

postgres::Connection open(const std::string& url) { return must(postgres::Connection::open({.url = url})); }

}  // namespace

TemporaryDatabase::TemporaryDatabase()
    : server_url_(server_url()), name_("ordo_test_" + UserId::random().text()), url_(with_database(server_url_, name_)) {
  must(open(server_url_).run_script("CREATE DATABASE \"" + name_ + "\""));
}

TemporaryDatabase::~TemporaryDatabase() {
  auto connection = postgres::Connection::open({.url = server_url_});
  if (connection) (void)connection->run_script("DROP DATABASE \"" + name_ + "\" WITH (FORCE)");
}

postgres::Connection TemporaryDatabase::connect() const { return open(url_); }

postgres::PoolOptions TemporaryDatabase::pool_options(std::size_t connections_max) const {
  return {.connection = {.url = url_}, .connections_max = connections_max};
}

std::int64_t TemporaryDatabase::kill_connections() const {
  auto server = open(server_url_);
  const auto rows = must(server.execute(
      "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = $1::text "
      "AND backend_type = 'client backend'", name_));
  return rows[0].get<std::int64_t>(0);
}

}  // namespace ordo::tests
