#include "cli/connections.hpp"

#include <spdlog/spdlog.h>

#include "cli/exit_codes.hpp"
#include "events/log/jetstream/jetstream_log.hpp"
#include "events/log/jetstream/setup.hpp"

namespace ordo::cli {

namespace jetstream = log::jetstream;

Result<LogConnection> open_log(const Settings& settings, const std::string& name, std::chrono::milliseconds limit) {
  auto nats = jetstream::Connection::open(settings.nats_url, "ordo-" + name, limit);
  if (!nats) return tl::unexpected(nats.error());
  if (auto checked = jetstream::check_partitions(**nats, settings.partitions); !checked) {
    return tl::unexpected(checked.error());
  }
  auto log = jetstream::JetStreamLog::open(*nats);
  if (!log) return tl::unexpected(log.error());
  if (const auto promise = jetstream::durability(**nats, settings.nats_sync_interval)) spdlog::info("{}", *promise);
  return LogConnection{std::move(*nats), std::move(*log)};
}

int give_up(const Failure& failure) {
  spdlog::critical("{}: {}", to_text(failure.kind), failure.text);
  return exit_code::kFailed;
}

}  // namespace ordo::cli
