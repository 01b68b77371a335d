#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "events/log/jetstream/lease_store.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

constexpr std::array kSharingRoles{"orders", "billing", "notifications", "projections"};

// Who has a partition, since when, and when he was last heard of.
struct Owner {
  log::Lease lease;
  double held_s = 0;
  std::optional<double> renewed_s;  // nothing: he has left, or another life has taken his place
};

double seconds_since(Timestamp then, Timestamp now) {
  return static_cast<double>(std::max<std::int64_t>(now.unix_ms - then.unix_ms, 0)) / 1000;
}

std::vector<Owner> owners_of(const std::vector<log::LeaseEntry>& entries, Timestamp now) {
  std::map<log::InstanceId, double> renewed;
  std::vector<Owner> owners;
  for (const auto& entry : entries) {
    if (const auto* presence = std::get_if<log::Presence>(&entry.content); presence != nullptr && !presence->leaving) {
      renewed[presence->id] = seconds_since(entry.written, now);
    }
    if (const auto* lease = std::get_if<log::Lease>(&entry.content)) owners.push_back({*lease, seconds_since(entry.written, now), {}});
  }
  for (auto& owner : owners) {
    if (const auto found = renewed.find(owner.lease.holder); found != renewed.end()) owner.renewed_s = found->second;
  }
  std::ranges::sort(owners, {}, [](const Owner& owner) { return owner.lease.partition; });
  return owners;
}

void print_owner_as_json(const std::string& role, const Owner& owner) {
  JsonText json;
  json.open_object().member("role", role).member("partition", owner.lease.partition).member("term", owner.lease.term);
  if (owner.renewed_s) {
    json.member("owner", owner.lease.holder_name)
        .raw_member("held_s", fmt::format("{:.1f}", owner.held_s))
        .raw_member("renewed_s", fmt::format("{:.1f}", *owner.renewed_s));
  }
  std::cout << json.close_object().take() << '\n';
}

void print_owner(const std::string& role, const Owner& owner) {
  const auto row = [&](const std::string& name, const std::string& held, const std::string& renewed) {
    std::cout << fmt::format("{:<14} {:>9} {:>6} {:>12} {:>12}   {}\n", role, owner.lease.partition, owner.lease.term, held, renewed, name);
  };
  if (!owner.renewed_s) return row("nobody", "-", "-");
  row(owner.lease.holder_name, fmt::format("{:.1f} s", owner.held_s), fmt::format("{:.1f} s ago", *owner.renewed_s));
}

int print_owners(log::LeaseStore& leases, bool as_json) {
  if (!as_json) {
    std::cout << fmt::format("\n{:<14} {:>9} {:>6} {:>12} {:>12}   {}\n", "ROLE", "PARTITION", "TERM", "HELD FOR", "RENEWED", "OWNER");
  }
  for (const std::string role : kSharingRoles) {
    const auto entries = leases.written_after(role, 0);
    if (!entries) return give_up(entries.error());
    for (const auto& owner : owners_of(*entries, SystemClock().now())) {
      as_json ? print_owner_as_json(role, owner) : print_owner(role, owner);
    }
  }
  return 0;
}

int print_streams(log::EventLog& log, const Settings& settings, bool as_json) {
  if (!as_json) std::cout << fmt::format("{:<18} {:>14} {:>14}\n", "STREAM", "FIRST MESSAGE", "LAST MESSAGE");
  for (const auto kind : log::kStreamKinds) {
    for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
      const auto name = log::text(log::StreamName{kind, partition});
      const auto bounds = log.bounds({kind, partition});
      if (!bounds) return give_up(bounds.error());
      if (as_json) {
        std::cout << JsonText().open_object().member("stream", name).member("first_sequence", bounds->first_sequence)
                         .member("last_sequence", bounds->last_sequence).close_object().take() << '\n';
      } else {
        std::cout << fmt::format("{:<18} {:>14} {:>14}\n", name, bounds->first_sequence, bounds->last_sequence);
      }
    }
  }
  return 0;
}

int print_status(const Settings& settings) {
  start_process("status", "warn");
  auto connection = open_log(settings, "status");
  if (!connection) return give_up(connection.error());
  const bool as_json = settings.output != "table";
  log::jetstream::JetStreamLeaseStore leases(connection->nats);
  const auto printed = print_streams(*connection->log, settings, as_json);
  return printed == 0 ? print_owners(leases, as_json) : printed;
}

}  // namespace

void add_status(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("status", "shows the streams, how far they reach, and who owns which partition of which role");
  command->footer("Example: ordo status --output ndjson");
  command->callback([&settings, &exit_code] { exit_code = print_status(settings); });
}

}  // namespace ordo::cli
