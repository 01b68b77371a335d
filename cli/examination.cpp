#include "cli/examination.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <span>
#include <system_error>

#include "cli/connections.hpp"
#include "cli/probe.hpp"
#include "command-side/identity/schema.hpp"
#include "events/log/jetstream/request_reply.hpp"
#include "projections/read_model.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kProbeLimit = 3s;
constexpr auto kLogLimit = 5s;
constexpr auto kStatementLimit = 5s;
constexpr auto kRepliesWindow = 1s;

// How far a clock was ahead of ours, which was asked before and after: whatever lies between is the way.
ClockFacts clock_of(std::string whose, Timestamp theirs, Timestamp before, Timestamp after) {
  const auto behind_ms = std::min<std::int64_t>(theirs.unix_ms - before.unix_ms, 0);
  return {std::move(whose), behind_ms < 0 ? behind_ms : std::max<std::int64_t>(theirs.unix_ms - after.unix_ms, 0)};
}

std::string without_password(const std::string& url) {
  const auto scheme = url.find("://");
  const auto at = url.find('@');
  return scheme == std::string::npos || at == std::string::npos ? url : url.substr(0, scheme + 3) + url.substr(at + 1);
}

void look_at_servers(const Settings& settings, const ExaminedAddresses& addresses, SystemFacts& facts) {
  for (const auto& url : each_of(settings.nats_url)) {
    const auto line = greeting_of(url, "4222", kProbeLimit);
    const auto version = line ? log::jetstream::version_in_greeting(*line) : std::nullopt;
    const auto failure = line ? std::string("it is no NATS server") : line.error().text;
    if (version && !log::jetstream::asks_for_a_user(*line)) facts.open_to_all.push_back(without_password(url));
    facts.nats.push_back({without_password(url), version.value_or(""), version ? "" : failure});
  }
  SystemClock clock;
  for (const auto& url : each_of(addresses.monitor_urls)) {
    const auto before = clock.now();
    const auto page = page_at(url, "/varz", kProbeLimit);
    auto server = page ? log::jetstream::parse_server_page(page->body) : std::nullopt;
    if (!server) {
      facts.silent_pages.push_back({url, "", page ? "there is no page /varz of a NATS server" : page.error().text});
      continue;
    }
    if (server->now) facts.clocks.push_back(clock_of("NATS " + server->name, *server->now, before, clock.now()));
    facts.pages.push_back(std::move(*server));
  }
}

// Only those on this machine can be seen.
void look_at_disks(SystemFacts& facts) {
  for (const auto& page : facts.pages) {
    std::error_code error;
    const auto space = std::filesystem::space(page.store_folder, error);
    if (!error && !page.store_folder.empty()) facts.disks.push_back({page.store_folder, space.available, space.capacity});
  }
}

void look_at_roles(const std::shared_ptr<log::jetstream::Connection>& nats, SystemFacts& facts) {
  SystemClock clock;
  log::jetstream::NatsRequestReply roles(nats);
  const auto before = clock.now();
  const auto replies = roles.request_all(kRolesSubject, "", kRepliesWindow);
  const auto after = clock.now();
  if (!replies) return;
  for (const auto& reply : *replies) {
    auto report = parse_report(reply);
    if (!report) continue;
    facts.clocks.push_back(clock_of(report->role + ' ' + report->instance, report->now, before, after));
    facts.roles.push_back(std::move(*report));
  }
}

void look_at_log(const Settings& settings, SystemFacts& facts) {
  const auto nats = open_nats(settings, "doctor", kLogLimit);
  if (!nats) {
    facts.log_failure = nats.error().text;
    return;
  }
  auto inspection = log::jetstream::inspect(**nats, settings.partitions);
  if (inspection) {
    facts.log = std::move(*inspection);
  } else {
    facts.log_failure = inspection.error().text;
  }
  look_at_roles(*nats, facts);
}

Result<void> read_settings(postgres::Connection& connection, DatabaseFacts& database) {
  auto rows = connection.execute(
      "select name, setting from pg_settings where name in ('server_version', 'fsync', 'full_page_writes', 'synchronous_commit') "
      "union all select 'bytes', pg_database_size(current_database())::text");
  if (!rows) return tl::unexpected(rows.error());
  for (const auto row : *rows) database.settings[row.get<std::string>(0)] = row.get<std::string>(1);
  database.bytes = std::stoull(database.settings["bytes"]);
  return {};
}

Result<void> look_at_rights(postgres::Connection& connection, std::string_view schema, std::span<const postgres::UserRight> rights,
                            DatabaseFacts& database) {
  auto faults = postgres::rights_faults(connection, schema, rights);
  if (!faults) return tl::unexpected(faults.error());
  std::ranges::move(*faults, std::back_inserter(database.rights_faults));
  return {};
}

Result<void> read_schemas(postgres::Connection& connection, DatabaseFacts& database) {
  const auto there = connection.execute(
      "select to_regclass('identity.schema_migrations') is not null, to_regclass('read.schema_version') is not null");
  if (!there) return tl::unexpected(there.error());
  const bool has_identity = (*there)[0].get<bool>(0), has_read_model = (*there)[0].get<bool>(1);
  if (has_identity) {
    const auto rows = connection.execute("select coalesce(max(version), 0)::bigint from identity.schema_migrations");
    if (!rows) return tl::unexpected(rows.error());
    database.identity_version = (*rows)[0].get<std::int64_t>(0);
  }
  if (has_identity) {
    if (auto looked = look_at_rights(connection, "identity", identity::kSchemaRights, database); !looked) return looked;
  }
  if (!has_read_model) return {};
  if (auto looked = look_at_rights(connection, projections::kServing, projections::kSchemaRights, database); !looked) return looked;
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  return projections::is_of_this_version(*transaction, projections::read_model(), projections::kServing).map([&](bool fits) {
    database.read_model_fits = fits;
  });
}

Result<DatabaseFacts> ask_database(const Settings& settings, SystemFacts& facts) {
  auto connection = postgres::Connection::open(
      {.url = settings.postgres_url, .application_name = "ordo-doctor", .statement_limit = kStatementLimit});
  if (!connection) return tl::unexpected(connection.error());
  SystemClock clock;
  const auto before = clock.now();
  const auto now = connection->execute("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
  if (!now) return tl::unexpected(now.error());
  facts.clocks.push_back(clock_of("Postgres", {(*now)[0].get<std::int64_t>(0)}, before, clock.now()));
  DatabaseFacts database;
  if (auto read = read_settings(*connection, database); !read) return tl::unexpected(read.error());
  if (auto read = read_schemas(*connection, database); !read) return tl::unexpected(read.error());
  return database;
}

void look_at_neighbours(const Settings& settings, const ExaminedAddresses& addresses, SystemFacts& facts) {
  if (!settings.smtp_url.empty()) {
    const auto line = greeting_of(settings.smtp_url, "25", kProbeLimit);
    facts.mail = Answer{without_password(settings.smtp_url), line.value_or(""), line ? "" : line.error().text};
  }
  if (addresses.gateway_url.empty()) return;
  const auto page = page_at(addresses.gateway_url, "/readyz", kProbeLimit);
  facts.gateway = Answer{addresses.gateway_url, page ? std::to_string(page->status) : "", page ? "" : page.error().text};
}

}  // namespace

SystemFacts examine(const Settings& settings, const ExaminedAddresses& addresses) {
  SystemFacts facts;
  facts.version = ORDO_VERSION;
  facts.partitions = settings.partitions;
  facts.nats_sync_interval = settings.nats_sync_interval;
  look_at_servers(settings, addresses, facts);
  look_at_log(settings, facts);
  look_at_disks(facts);
  if (auto database = ask_database(settings, facts)) {
    facts.database = std::move(*database);
  } else {
    facts.database_failure = database.error().text;
  }
  look_at_neighbours(settings, addresses, facts);
  return facts;
}

}  // namespace ordo::cli
