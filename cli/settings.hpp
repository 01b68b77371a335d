#pragma once
// Purpose: what every subcommand is told by environment and flags. A secret comes by file or environment, never by flag.

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "events/log/stream.hpp"

namespace ordo::cli {

struct Settings {
  std::string nats_url = "nats://127.0.0.1:4222";
  std::string nats_user;                // none: who stands in the URL, or nobody
  std::string nats_password_file;
  std::string nats_credentials_file;    // in the place of both: .creds
  std::string nats_sync_interval;       // as the server is configured: "always", "2m"; it does not tell clients
  std::string postgres_url;             // libpq URI
  log::Partition partitions = log::kPartitionsDefault;
  int replicas = 1;
  std::string currency = "EUR";
  std::string smtp_url;                 // smtp://host:port
  std::string mail_from = "orders@ordo.example";
  std::string jwt_private_key_file;     // ES256, PEM; identity signs with it
  std::string jwt_public_key_file;      // the gateway checks with it; several keys, one after another
  std::string cursor_secret_file;       // what the gateways seal cursors with, the same for all
  std::uint32_t rate_limit_user = 600;     // requests a minute; 0: no limit
  std::uint32_t rate_limit_address = 1'200;
  std::uint32_t rate_limit_login = 60;     // log-ins and registrations, of an address
  std::string trusted_proxies = "127.0.0.0/8,::1";
  std::int64_t login_failures_per_account = 10;  // a minute; 0: no limit
  std::int64_t login_failures_per_address = 10;
  std::string cors_origins;             // whose pages may use the gateway from a browser; none, or "*"
  std::string metrics_readers = "127.0.0.0/8,::/64";
  std::uint32_t repeats_remembered_s = 600;
  std::uint64_t undone_max = 10'000;       // commands, accepted and not done; 0: any number
  std::uint32_t gateway_notice_ms = 500;   // from a failing /readyz to the refusal of connections
  std::string gateway_listen = "127.0.0.1:8081";
  std::string swagger_folder;           // none: no /swagger
  std::string instance;                 // this one's name among the instances of its role; a later start under it takes its place
  std::string ready_file;               // exists while the role serves
  std::string log_level = "info";
  std::string output = "table";         // table, json or ndjson
  std::string actor;                    // who is recorded as the author of changes; empty: login name and machine
};

// Adds the flags and their environment variables (ORDO_NATS_URL, …) to the application.
void add_settings(CLI::App& app, Settings& settings);

// One function per subcommand, in the file of its name. Each registers itself; when it is chosen, it runs and stores its exit code.
void add_setup(CLI::App& app, const Settings& settings, int& exit_code);
void add_gateway(CLI::App& app, const Settings& settings, int& exit_code);
void add_orders(CLI::App& app, const Settings& settings, int& exit_code);
void add_billing(CLI::App& app, const Settings& settings, int& exit_code);
void add_notifications(CLI::App& app, const Settings& settings, int& exit_code);
void add_identity(CLI::App& app, const Settings& settings, int& exit_code);
void add_projections(CLI::App& app, const Settings& settings, int& exit_code);
void add_users(CLI::App& app, const Settings& settings, int& exit_code);
void add_events(CLI::App& app, const Settings& settings, int& exit_code);
void add_event_show(CLI::App& events, const Settings& settings, int& exit_code);
void add_event_search(CLI::App& events, const Settings& settings, int& exit_code);
void add_status(CLI::App& app, const Settings& settings, int& exit_code);
void add_parked(CLI::App& app, const Settings& settings, int& exit_code);
void add_snapshots(CLI::App& app, const Settings& settings, int& exit_code);
void add_order(CLI::App& app, const Settings& settings, int& exit_code);
void add_wallet(CLI::App& app, const Settings& settings, int& exit_code);
void add_explain(CLI::App& app, const Settings& settings, int& exit_code);
void add_backup(CLI::App& app, const Settings& settings, int& exit_code);
void add_restore(CLI::App& app, const Settings& settings, int& exit_code);
void add_export(CLI::App& app, const Settings& settings, int& exit_code);
void add_import(CLI::App& app, const Settings& settings, int& exit_code);
void add_verify(CLI::App& app, const Settings& settings, int& exit_code);
void add_audit(CLI::App& app, const Settings& settings, int& exit_code);
void add_doctor(CLI::App& app, const Settings& settings, int& exit_code);
void add_keys(CLI::App& app, const Settings& settings, int& exit_code);
void add_rights(CLI::App& app, const Settings& settings, int& exit_code);
void add_completion(CLI::App& app, const Settings& settings, int& exit_code);

}  // namespace ordo::cli
