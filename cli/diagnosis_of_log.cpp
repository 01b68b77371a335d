#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/diagnosis.hpp"

namespace ordo::cli {
namespace {

constexpr double kFullWarning = 0.8;
constexpr double kFullDanger = 0.95;
constexpr std::uint64_t kFreeBytesLeast = 1ULL << 30;
constexpr std::int64_t kSyncIntervalUnlessSetMs = 120'000;

bool is_older_than_2_10(const std::string& version) {
  char* rest = nullptr;
  const auto major = std::strtol(version.c_str(), &rest, 10);
  const auto minor = *rest == '.' ? std::strtol(rest + 1, nullptr, 10) : 0;
  return major < 2 || (major == 2 && minor < 10);
}

void look_at_servers(const SystemFacts& facts, Findings& findings) {
  for (const auto& [url, said, failure] : facts.nats) {
    if (!failure.empty()) {
      findings.warning("nats", fmt::format("{} does not answer: {}", url, failure), "start the server, or correct ORDO_NATS_URL");
    } else if (is_older_than_2_10(said)) {
      findings.danger("nats", fmt::format("{} runs nats-server {}", url, said),
                      "run 2.10 or newer: replicated streams of older ones take what expects another sequence, and updates are lost");
    } else {
      findings.ok("nats", fmt::format("{} runs nats-server {}", url, said));
    }
  }
  for (const auto& url : facts.open_to_all) {
    findings.warning("nats", fmt::format("{} asks for no user: whoever reaches it may change and delete the log", url),
                     "give it the users that `ordo rights --passwords` writes");
  }
  if (facts.log) return;
  findings.danger("nats", "the log cannot be asked: " + facts.log_failure, "no order moves without it: look at the servers' own logs");
}

void look_at_set_up(const SystemFacts& facts, Findings& findings) {
  const auto& partitions = facts.log->partitions;
  const auto replicas = facts.log->replicas;
  if (!partitions) {
    findings.danger("log", "this system was never set up", "run `ordo setup`");
  } else if (*partitions != facts.partitions) {
    findings.danger("log", fmt::format("it has {} partitions for ever, and this program is told {}", *partitions, facts.partitions),
                    fmt::format("set ORDO_PARTITIONS={} for every process", *partitions));
  } else {
    findings.ok("log", fmt::format("{} partitions, copies of each stream: {}", *partitions, replicas));
  }
  if (replicas > 1 || facts.nats.size() <= 1) return;
  findings.warning("log",
                   fmt::format("there is 1 copy of each stream, though there are {} servers: a disk's end is the log's", facts.nats.size()),
                   "`nats stream edit --replicas 3` for each stream, and ORDO_REPLICAS=3 from then on");
}

// Of replicated streams most servers hold what is acknowledged; one alone must have it on its disk.
void look_at_durability(const SystemFacts& facts, Findings& findings) {
  const bool alone = facts.log->replicas == 1;
  for (const auto& page : facts.pages) {
    const auto interval_s = page.sync_interval_ms.value_or(kSyncIntervalUnlessSetMs) / 1'000;
    if (page.syncs_always) {
      findings.ok("durability", fmt::format("{}: what is acknowledged is on the disk (sync_interval always)", page.name));
    } else if (alone) {
      findings.danger("durability",
                      fmt::format("{} syncs every {} s: a power cut takes what was acknowledged since", page.name, interval_s),
                      "set jetstream { sync_interval: always } in its configuration, and restart it");
    } else {
      findings.ok("durability", fmt::format("{} syncs every {} s; most copies hold what is acknowledged", page.name, interval_s),
                  "keep the servers where they do not lose their power together");
    }
  }
  for (const auto& [url, said, failure] : facts.silent_pages) {
    findings.warning("durability", fmt::format("{} does not show how its server syncs: {}", url, failure), "correct ORDO_NATS_MONITOR_URL");
  }
  if (!facts.pages.empty() || !facts.silent_pages.empty()) return;
  const auto told = facts.nats_sync_interval.empty() ? "nobody says" : "ORDO_NATS_SYNC_INTERVAL says " + facts.nats_sync_interval;
  findings.add(alone ? Level::warning : Level::ok, "durability", "how the servers sync cannot be seen; " + told,
               "set ORDO_NATS_MONITOR_URL=http://host:8222, or look for sync_interval: always in the server's configuration");
}

void look_at_streams(const SystemFacts& facts, Findings& findings) {
  std::vector<std::string> missing;
  std::map<std::string, std::size_t> lame;
  std::size_t sound = 0;
  for (const auto& stream : facts.log->streams) {
    for (const auto& copy : stream.lame_copies) ++lame[copy];
    if (!stream.is_there) {
      missing.push_back(stream.name);
    } else if (!stream.differences.empty()) {
      findings.danger("streams", fmt::format("{} is not what set-up makes: {}", stream.name, stream.differences),
                      "`nats stream edit` sets it right where the server allows; who may delete or forget there loses the truth");
    } else {
      ++sound;
    }
  }
  if (!missing.empty() && facts.log->partitions) {
    findings.danger("streams", fmt::format("missing: {}", fmt::join(missing, " ")),
                    "`ordo setup` makes what an older version did not know; what had been there comes back from a backup only");
  }
  for (const auto& [copy, streams] : lame) {
    findings.warning("streams", fmt::format("{}: {} streams lack this copy", copy, streams), "start that server, or let it catch up");
  }
  if (sound == facts.log->streams.size()) findings.ok("streams", fmt::format("{} streams, all as set-up makes them", sound));
}

void look_at_store(const log::jetstream::LogInspection& log, Findings& findings) {
  const auto used = fmt::format("JetStream holds {}, {} are reserved", bytes_text(log.stored_bytes), bytes_text(log.reserved_bytes));
  const auto limit = static_cast<double>(log.bytes_max.value_or(0));
  const auto share = limit > 0 ? static_cast<double>(log.stored_bytes) / limit : 0.0;
  if (share < kFullWarning) return findings.ok("store", used);
  findings.add(share < kFullDanger ? Level::warning : Level::danger, "store",
               fmt::format("{}: {:.0f} % of what the account may have", used, 100 * share),
               "raise the account's limit: when it is reached, every append is refused");
}

void look_at_disks(const SystemFacts& facts, Findings& findings) {
  for (const auto& [folder, free_bytes, bytes] : facts.disks) {
    const auto what = fmt::format("{} free of {} under {}", bytes_text(free_bytes), bytes_text(bytes), folder);
    const bool is_almost_full = static_cast<double>(free_bytes) < (1 - kFullDanger) * static_cast<double>(bytes);
    if (free_bytes >= kFreeBytesLeast && !is_almost_full) {
      findings.ok("disk", what);
    } else {
      findings.add(free_bytes < kFreeBytesLeast ? Level::danger : Level::warning, "disk", what,
                   "make room: on a full disk nothing is accepted");
    }
  }
  if (facts.disks.empty()) findings.ok("disk", "the servers' disks cannot be seen from here", "look there: df -h");
}

}  // namespace

void diagnose_log(const SystemFacts& facts, Findings& findings) {
  look_at_servers(facts, findings);
  if (facts.log) {
    look_at_set_up(facts, findings);
    look_at_durability(facts, findings);
    look_at_streams(facts, findings);
    look_at_store(*facts.log, findings);
  }
  look_at_disks(facts, findings);
}

}  // namespace ordo::cli
