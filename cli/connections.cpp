#include "cli/connections.hpp"

#include <spdlog/spdlog.h>

#include "cli/exit_codes.hpp"
#include "cli/lifetime.hpp"
#include "cli/role_uses.hpp"
#include "cli/secret_file.hpp"
#include "events/log/jetstream/jetstream_log.hpp"
#include "events/log/jetstream/setup.hpp"

namespace ordo::cli {

namespace jetstream = log::jetstream;

Result<std::shared_ptr<jetstream::Connection>> open_nats(const Settings& settings, const std::string& name,
                                                         std::chrono::milliseconds limit) {
  const auto user = user_of(name);
  jetstream::Access access{.inbox_prefix = jetstream::inbox_prefix_of(user), .user = settings.nats_user,
                           .credentials_file = settings.nats_credentials_file};
  if (!settings.nats_password_file.empty()) {
    auto password = read_secret(settings.nats_password_file);
    if (!password) return tl::unexpected(password.error());
    access.password = std::move(*password);
  }
  // A role is started again, and then reads its password anew.
  if (user != kOperator) access.on_refused = [] { end_process("the NATS server does not let it connect any more"); };
  return jetstream::Connection::open(settings.nats_url, "ordo-" + name, limit, std::move(access));
}

Result<LogConnection> open_log(const Settings& settings, const std::string& name, std::chrono::milliseconds limit) {
  auto nats = open_nats(settings, name, limit);
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
