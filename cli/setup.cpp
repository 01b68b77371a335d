#include <chrono>
#include <thread>

#include <spdlog/spdlog.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "command-side/identity/schema.hpp"
#include "events/log/jetstream/setup.hpp"
#include "projections/read_model.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kPostgresLimit = 30s;

Result<postgres::Connection> open_postgres(const Settings& settings) {
  const auto deadline = std::chrono::steady_clock::now() + kPostgresLimit;
  while (true) {
    auto connection = postgres::Connection::open({.url = settings.postgres_url, .application_name = "ordo-setup"});
    if (connection || std::chrono::steady_clock::now() > deadline) return connection;
    std::this_thread::sleep_for(200ms);
  }
}

Result<void> set_up_log(const Settings& settings) {
  auto nats = log::jetstream::Connection::open(settings.nats_url, "ordo-setup");
  if (!nats) return tl::unexpected(nats.error());
  return log::jetstream::set_up(**nats, settings.partitions, settings.replicas);
}

Result<void> set_up_tables(const Settings& settings) {
  auto connection = open_postgres(settings);
  if (!connection) return tl::unexpected(connection.error());
  if (auto migrated = identity::migrate_schema(*connection); !migrated) return tl::unexpected(migrated.error());
  return projections::set_up_read_model(*connection);
}

int set_up(const Settings& settings) {
  start_process("setup", settings.log_level);
  if (auto log = set_up_log(settings); !log) return give_up(log.error());
  spdlog::info("the log is set up: {} partitions, {} replica(s)", settings.partitions, settings.replicas);
  if (auto tables = set_up_tables(settings); !tables) return give_up(tables.error());
  spdlog::info("the tables are set up");
  return 0;
}

}  // namespace

void add_setup(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("setup", "makes streams and tables; may be repeated");
  command->callback([&settings, &exit_code] { exit_code = set_up(settings); });
}

}  // namespace ordo::cli
