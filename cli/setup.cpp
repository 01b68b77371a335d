#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/operator_record.hpp"
#include "cli/settings.hpp"
#include "command-side/identity/schema.hpp"
#include "events/log/jetstream/jetstream_log.hpp"
#include "events/log/jetstream/setup.hpp"
#include "events/vocabulary/json_text.hpp"
#include "projections/read_model.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kPostgresLimit = 30s;

constexpr auto kFooter =
    "What is there already is never changed; where it is not what is wanted, it says how it differs. Run it again with every new version.\n"
    "Exit: 0 set up, 1 not set up; the last line says why.\n"
    "Example: ordo setup --output json\n"
    "Example: ORDO_PARTITIONS=8 ORDO_REPLICAS=3 ordo setup --reason 'the first set-up'";

Result<postgres::Connection> open_postgres(const Settings& settings) {
  const auto deadline = std::chrono::steady_clock::now() + kPostgresLimit;
  while (true) {
    auto connection = postgres::Connection::open({.url = settings.postgres_url, .application_name = "ordo-setup"});
    if (connection || std::chrono::steady_clock::now() > deadline) return connection;
    std::this_thread::sleep_for(200ms);
  }
}

Result<void> set_up_tables(const Settings& settings) {
  auto connection = open_postgres(settings);
  if (!connection) return tl::unexpected(connection.error());
  if (auto migrated = identity::migrate_schema(*connection); !migrated) return tl::unexpected(migrated.error());
  if (auto granted = identity::grant_rights(*connection); !granted) return granted;
  return projections::set_up_read_model(*connection);
}

ActOutcome failed(const Failure& failure) { return {give_up(failure), failure.text}; }

void print(const Settings& settings) {
  if (settings.output == "table") {
    std::cout << fmt::format("set up by version {}: {} partitions, {} of every stream\n", ORDO_VERSION, settings.partitions, settings.replicas);
    return;
  }
  JsonText json;
  json.open_object().member("set_up", true).member("version", std::string_view(ORDO_VERSION)).member("partitions", settings.partitions);
  std::cout << json.member("replicas", settings.replicas).close_object().take() << '\n';
}

ActOutcome set_up_all(const Settings& settings, log::jetstream::Connection& nats) {
  if (auto log = log::jetstream::set_up(nats, settings.partitions, settings.replicas); !log) return failed(log.error());
  spdlog::info("the log is set up: {} partitions, {} replica(s)", settings.partitions, settings.replicas);
  if (auto tables = set_up_tables(settings); !tables) return failed(tables.error());
  spdlog::info("the tables are set up");
  print(settings);
  return {0, "log and tables are set up"};
}

int set_up(const Settings& settings, const std::string& reason) {
  start_process("setup", settings.log_level);
  const auto nats = open_nats(settings, "setup");
  if (!nats) return give_up(nats.error());
  if (auto audit = log::jetstream::set_up_audit(**nats, settings.replicas); !audit) return give_up(audit.error());
  const auto log = log::jetstream::JetStreamLog::open(*nats);
  if (!log) return give_up(log.error());
  const auto arguments = fmt::format("version {}, partitions {}, replicas {}", ORDO_VERSION, settings.partitions, settings.replicas);
  return record_act(**log, {actor_of(settings.actor), "setup", arguments, reason}, [&] { return set_up_all(settings, **nats); });
}

}  // namespace

void add_setup(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("setup", "makes streams and tables, grants roles their rights; may be repeated");
  command->footer(kFooter);
  const auto reason = std::make_shared<std::string>();
  command->add_option("--reason", *reason, "why, for the record");
  command->callback([&settings, &exit_code, reason] { exit_code = set_up(settings, *reason); });
}

}  // namespace ordo::cli
