#include "cli/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

namespace ordo::cli {
namespace {

constexpr std::int64_t kClockWarningMs = 1'000;   // times of events begin to mislead
constexpr std::int64_t kClockDangerMs = 30'000;   // tokens begin or end at the wrong time
constexpr std::uint64_t kOpenFilesLeast = 1'024;  // every client and every event stream of a gateway is one
constexpr double kOpenFilesDanger = 0.8;

void look_at_schemas(const DatabaseFacts& database, Findings& findings) {
  if (database.identity_version == 0 || !database.read_model_fits) {
    const auto* missing = database.identity_version == 0 ? "identity" : "the read model";
    return findings.danger("schemas", fmt::format("there are no tables of {}", missing), "run `ordo setup`");
  }
  const auto identity = fmt::format("identity's tables have version {}", database.identity_version);
  if (*database.read_model_fits) return findings.ok("schemas", identity + ", those of the read model are this version's");
  findings.warning("schemas", identity + "; another version of ordo has made the read model",
                   "run `ordo projections rebuild` with the version that is to serve");
}

void look_at_rights(const DatabaseFacts& database, Findings& findings) {
  for (const auto& [user, lacks, exceeds] : database.rights_faults) {
    if (lacks.empty() && exceeds.empty()) {
      findings.warning("rights", fmt::format("Postgres has no user {}, so that role has the rights of another", user),
                       fmt::format("create role {} login password '…'; run `ordo setup`; name it in the role's ORDO_POSTGRES_URL", user));
    }
    if (!lacks.empty()) findings.danger("rights", fmt::format("{} may not use as it must: {}", user, lacks), "run `ordo setup`");
    if (exceeds.empty()) continue;
    findings.warning("rights", fmt::format("{} may do more than it must with: {}", user, exceeds), "run `ordo setup`");
  }
  if (database.rights_faults.empty()) findings.ok("rights", "each role may do in Postgres what it must, and no more");
}

void look_at_open_files(const RoleReport& role, Findings& findings) {
  if (role.open_files_max == 0) return;
  const auto what = fmt::format("{} {} has {} files open of {} that it may have", role.role, role.instance, role.open_files,
                                role.open_files_max);
  if (static_cast<double>(role.open_files) > kOpenFilesDanger * static_cast<double>(role.open_files_max)) {
    findings.danger("files", what, "raise its limit (ulimit -n, LimitNOFILE=) and start it again");
  } else if (role.open_files_max < kOpenFilesLeast) {
    findings.warning("files", what, fmt::format("allow it {} (ulimit -n, LimitNOFILE=): every client is one", kOpenFilesLeast));
  }
}

void look_at_roles(const SystemFacts& facts, Findings& findings) {
  for (const auto* role : {"gateway", "identity", "orders", "billing", "notifications", "projections"}) {
    const auto count = std::ranges::count(facts.roles, role, &RoleReport::role);
    if (count > 0) {
      findings.ok("roles", fmt::format("{} of {} answers", count, role));
    } else {
      findings.danger("roles", fmt::format("no {} answers", role),
                      fmt::format("start it: ordo {}; `ordo status` says what stands still", role));
    }
  }
  for (const auto& role : facts.roles) {
    if (role.version != facts.version) {
      findings.warning("roles", fmt::format("{} {} is version {}, this program {}", role.role, role.instance, role.version, facts.version),
                       "finish the roll-out");
    }
    look_at_open_files(role, findings);
  }
}

void look_at_clocks(const SystemFacts& facts, Findings& findings) {
  bool all_agree = !facts.clocks.empty();
  for (const auto& [whose, ahead_ms] : facts.clocks) {
    const auto apart_ms = std::abs(ahead_ms);
    if (apart_ms < kClockWarningMs) continue;
    all_agree = false;
    findings.add(apart_ms < kClockDangerMs ? Level::warning : Level::danger, "clocks",
                 fmt::format("the clock of {} is {:.1f} s {} this machine's", whose, static_cast<double>(apart_ms) / 1'000,
                             ahead_ms > 0 ? "ahead of" : "behind"),
                 "keep every machine's clock by NTP (timedatectl): nothing is lost, but times mislead, and tokens end early or late");
  }
  if (all_agree) findings.ok("clocks", fmt::format("{} clocks agree with this machine's to a second", facts.clocks.size()));
}

void look_at_mail(const SystemFacts& facts, Findings& findings) {
  if (!facts.mail) return findings.ok("mail", "not looked at", "set ORDO_SMTP_URL to have it looked at");
  const auto& [url, said, failure] = *facts.mail;
  if (said.starts_with("220")) return findings.ok("mail", fmt::format("{} answers", url));
  findings.warning("mail", fmt::format("{} serves no mail: {}", url, failure.empty() ? "it says " + said : failure),
                   "letters wait until it does; nothing else does");
}

void look_at_gateway(const SystemFacts& facts, Findings& findings) {
  if (!facts.gateway) return findings.ok("gateway", "not looked at", "set ORDO_URL to have it looked at");
  const auto& [url, said, failure] = *facts.gateway;
  if (said == "200") return findings.ok("gateway", fmt::format("{} is ready", url));
  findings.danger("gateway", fmt::format("{} is not ready: {}", url, failure.empty() ? "/readyz answers " + said : failure),
                  fmt::format("curl '{}/readyz?verbose' says what it lacks", url));
}

}  // namespace

void diagnose_database(const SystemFacts& facts, Findings& findings) {
  if (!facts.database) {
    return findings.danger("postgres", "it cannot be asked: " + facts.database_failure,
                           "check ORDO_POSTGRES_URL and the server: without it nobody logs in, and readers see nothing");
  }
  const auto& database = *facts.database;
  const auto setting = [&](const std::string& name) {
    const auto found = database.settings.find(name);
    return found == database.settings.end() ? std::string("not told") : found->second;
  };
  findings.ok("postgres", fmt::format("version {}, {} in the database", setting("server_version"), bytes_text(database.bytes)));
  for (const auto* name : {"fsync", "full_page_writes"}) {
    if (setting(name) != "off") continue;
    findings.danger("postgres", fmt::format("{} is off: a crash damages identity's tables, which stand nowhere else", name),
                    fmt::format("set {} = on in postgresql.conf, and restart it", name));
  }
  if (setting("synchronous_commit") == "off") {
    findings.danger("postgres", "synchronous_commit is off: a crash forgets users who were told that they are registered",
                    "set synchronous_commit = on; projections ask for less by themselves");
  }
  look_at_schemas(database, findings);
  look_at_rights(database, findings);
}

void diagnose_processes(const SystemFacts& facts, Findings& findings) {
  look_at_roles(facts, findings);
  look_at_clocks(facts, findings);
  look_at_mail(facts, findings);
  look_at_gateway(facts, findings);
}

std::vector<Finding> diagnose(const SystemFacts& facts) {
  Findings findings;
  findings.ok("ordo", "version " + facts.version);
  diagnose_log(facts, findings);
  diagnose_database(facts, findings);
  diagnose_processes(facts, findings);
  return findings.take();
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < kUnits.size(); ++unit) amount /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

}  // namespace ordo::cli
