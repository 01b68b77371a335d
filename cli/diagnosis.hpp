#pragma once
// Purpose: what `ordo doctor` found out about a system, and what it makes of it: each finding says what to do.
// Threads: plain values.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/findings.hpp"
#include "cli/role_report.hpp"
#include "events/log/jetstream/inspection.hpp"
#include "query-side/postgres/rights.hpp"

namespace ordo::cli {

// How far a clock is ahead of this machine's; below zero: behind it.
struct ClockFacts {
  std::string whose;
  std::int64_t ahead_ms = 0;
};

// Somebody who answers at an address, or why he does not.
struct Answer {
  std::string url;      // without user and password
  std::string said;     // a version, a greeting, a status; empty: nobody answered
  std::string failure;
};

struct DatabaseFacts {
  std::map<std::string, std::string> settings;  // "fsync" → "on"
  std::uint64_t bytes = 0;
  std::int64_t identity_version = 0;            // of its tables; 0: there are none
  std::optional<bool> read_model_fits;          // made by this version; nothing: there is none
  std::vector<postgres::RightsFault> rights_faults;
};

struct DiskFacts {
  std::string folder;
  std::uint64_t free_bytes = 0;
  std::uint64_t bytes = 0;
};

struct SystemFacts {
  std::string version;                                       // of this program
  log::Partition partitions = 0;                             // as this program is told
  std::string nats_sync_interval;                            // as this program is told: the server may be set otherwise
  std::vector<ClockFacts> clocks;
  std::vector<Answer> nats;
  std::vector<std::string> open_to_all;                      // the URLs of those that ask for no user
  std::vector<log::jetstream::ServerInspection> pages;       // of the monitoring URLs that answer
  std::vector<Answer> silent_pages;                          // of those that do not
  std::optional<log::jetstream::LogInspection> log;
  std::string log_failure;
  std::optional<DatabaseFacts> database;
  std::string database_failure;
  std::vector<DiskFacts> disks;                              // those of the servers' folders that lie on this machine
  std::vector<RoleReport> roles;
  std::optional<Answer> mail;                                // nothing: not asked for
  std::optional<Answer> gateway;
};

[[nodiscard]] std::vector<Finding> diagnose(const SystemFacts& facts);

// Its parts.
void diagnose_log(const SystemFacts& facts, Findings& findings);
void diagnose_database(const SystemFacts& facts, Findings& findings);
void diagnose_processes(const SystemFacts& facts, Findings& findings);

// "1.5 GiB"
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

}  // namespace ordo::cli
