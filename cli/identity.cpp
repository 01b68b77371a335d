#include <stop_token>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/role_reporting.hpp"
#include "cli/settings.hpp"
#include "command-side/identity/outbox_relay.hpp"
#include "command-side/identity/schema.hpp"
#include "command-side/identity/service.hpp"
#include "events/identity/file_watch.hpp"
#include "events/log/jetstream/request_reply.hpp"

namespace ordo::cli {
namespace {

constexpr std::size_t kConnectionsMax = 12;

struct Opened {
  LogConnection connection;
  std::string private_key;
  identity::TokenSigner signer;
  Currency currency;
};

// Every statement of a question is short, and who asks gives up after ten seconds.
constexpr auto kStatementLimit = std::chrono::seconds(5);

postgres::ConnectionOptions to_postgres(const Settings& settings) {
  return {.url = settings.postgres_url, .application_name = "ordo-identity"};
}

postgres::PoolOptions to_pool(const Settings& settings, std::stop_token stop) {
  auto connection = to_postgres(settings);
  connection.statement_limit = kStatementLimit;
  connection.stop = std::move(stop);
  return {.connection = std::move(connection), .connections_max = kConnectionsMax};
}

// Its user may not make tables: `ordo setup` does.
Result<void> require_schema(const Settings& settings) {
  auto postgres = postgres::Connection::wait_for(to_postgres(settings));
  return postgres ? identity::require_schema(*postgres) : tl::unexpected(postgres.error());
}

Result<Opened> open(const Settings& settings) {
  const auto currency = Currency::parse(settings.currency);
  if (!currency) return failure(FailureKind::corrupt, fmt::format("{} is no currency", settings.currency));
  auto private_key = identity::read_key_file(settings.jwt_private_key_file);
  if (!private_key) return tl::unexpected(private_key.error());
  auto signer = identity::TokenSigner::open(*private_key);
  if (!signer) return tl::unexpected(signer.error());
  auto connection = open_log(settings, "identity");
  if (!connection) return tl::unexpected(connection.error());
  if (auto there = require_schema(settings); !there) return tl::unexpected(there.error());
  return Opened{std::move(*connection), std::move(*private_key), std::move(*signer), *currency};
}

// Members end in reverse order: first nobody is answered any more, then the relay, then what they used.
class Identity {
 public:
  Identity(Opened& opened, const Settings& settings)
      : pool_(to_pool(settings, stopping_.get_token())),
        relay_(identity::OutboxRelay(pool_, *opened.connection.log, settings.partitions)),
        registration_(pool_, hashing_, clock_, opened.currency, [this] { relay_.wake(); }),
        sessions_(pool_, hashing_, opened.signer, clock_,
                  [this](identity::Hurry hurry, std::chrono::milliseconds limit) { relay_.await_pass(hurry, limit); },
                  {.guesses = {settings.login_failures_per_account, settings.login_failures_per_address}}),
        profiles_(pool_, clock_),
        forgetting_(pool_, clock_),
        requests_(opened.connection.nats),
        key_watch_(settings.jwt_private_key_file, std::move(opened.private_key),
                   [signer = opened.signer](const std::string& content) { take_key(signer, content); }) {}

  // What hangs is given up, so that the end does not wait for it.
  ~Identity() { stopping_.request_stop(); }

  [[nodiscard]] Result<void> start() {
    return identity::serve_identity(requests_, registration_, sessions_, profiles_, forgetting_)
        .map([this](identity::Services services) { services_ = std::move(services); });
  }

 private:
  static void take_key(identity::TokenSigner signer, const std::string& content) {
    const auto replaced = signer.replace_key(content);
    replaced ? spdlog::info("identity: tokens are signed with the key {} from now on", signer.key_id())
             : spdlog::error("identity: the key file changed, and the key before goes on: {}", replaced.error().text);
  }

  std::stop_source stopping_;
  SystemClock clock_;
  postgres::Pool pool_;
  identity::PasswordHashing hashing_;
  identity::OutboxRelayThread relay_;
  identity::Registration registration_;
  identity::Sessions sessions_;
  identity::Profiles profiles_;
  identity::Forgetting forgetting_;
  log::jetstream::NatsRequestReply requests_;
  identity::Services services_;
  identity::FileWatch key_watch_;
};

int run_identity(const Settings& settings) {
  start_process("identity", settings.log_level);
  Lifetime lifetime("identity", settings.ready_file);
  lifetime.begin();
  auto opened = open(settings);
  if (!opened) return give_up(opened.error());
  Identity identity(*opened, settings);
  if (auto started = identity.start(); !started) return give_up(started.error());
  const RoleReporting reporting("identity", settings, opened->connection);
  lifetime.ready();
  return lifetime.wait();
}

}  // namespace

void add_identity(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("identity", "role: registers users, logs them in, keeps their profiles");
  command->footer("It alone has the private key that tokens are signed with, and learns a new one by itself (`ordo keys rotate`).\n"
                  "Exit: 0 told to stop, 1 it cannot go on.\n"
                  "Example: ordo identity --jwt-private-key-file jwt.key --ready-file identity.ready");
  command->callback([&settings, &exit_code] { exit_code = run_identity(settings); });
}

}  // namespace ordo::cli
