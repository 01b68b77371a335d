#include <atomic>
#include <charconv>
#include <stop_token>
#include <thread>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/role_reporting.hpp"
#include "cli/settings.hpp"
#include "events/identity/file_watch.hpp"
#include "events/identity/forgotten_watch.hpp"
#include "events/log/jetstream/request_reply.hpp"
#include "events/log/monotonic_log.hpp"
#include "gateway/admission/read_model_watch.hpp"
#include "gateway/event_streams/event_routes.hpp"
#include "gateway/http/server.hpp"
#include "gateway/limits/rate_limits.hpp"
#include "gateway/live/outcome_feed.hpp"
#include "gateway/live/outcome_watch.hpp"
#include "gateway/live/read_model_outcomes.hpp"
#include "gateway/metrics/lag_watch.hpp"
#include "gateway/metrics/metrics_route.hpp"
#include "gateway/metrics/process_figures.hpp"
#include "gateway/notifications/notification_routes.hpp"
#include "gateway/operations/health_routes.hpp"
#include "gateway/operations/openapi_routes.hpp"
#include "gateway/operations/swagger_routes.hpp"
#include "gateway/orders/cancel_route.hpp"
#include "gateway/orders/order_routes.hpp"
#include "gateway/payments/payment_routes.hpp"
#include "gateway/reads/read_model_position.hpp"
#include "gateway/reads/served_version.hpp"
#include "gateway/users/key_routes.hpp"
#include "gateway/users/user_routes.hpp"
#include "projections/read_model.hpp"
#include "projections/runtime/schema.hpp"
#include "query-side/postgres/listener.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

// Reads wait for Postgres, log-ins for identity's hashing: each has threads of its own, so that neither holds up the other.
constexpr std::size_t kReadThreads = 8;
constexpr std::size_t kReadsQueuedMax = 2'000;
constexpr std::size_t kIdentityThreads = 8;
constexpr std::size_t kIdentityQueuedMax = 256;
// Those of the reads, and of the seven threads that look up repeats (two), outcomes, positions, what is new for event streams, the lag, and
// what is not shown yet.
constexpr std::size_t kPostgresConnectionsMax = kReadThreads + 7;
constexpr auto kStatementLimit = 5s;
// Of ten seconds: the rest is for answers that are owed then, and for what hangs.
constexpr auto kLeaveLimit = 4s;

Result<std::string> read_cursor_secret(const std::string& path) {
  constexpr std::size_t kBytesMin = 16;
  auto secret = identity::read_key_file(path);
  if (secret && secret->size() < kBytesMin) return failure(FailureKind::corrupt, fmt::format("the cursor secret {} is too short", path));
  return secret;
}

// "127.0.0.1:8081"
Result<http::ServerSettings> parse_listen(const std::string& text) {
  http::ServerSettings settings;
  const auto colon = text.rfind(':');
  const auto* end = text.data() + text.size();
  if (colon != std::string::npos) {
    const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, settings.port);
    settings.address = text.substr(0, colon);
    if (error == std::errc{} && stopped == end) return settings;
  }
  return failure(FailureKind::corrupt, fmt::format("{} is no address to listen on; say 127.0.0.1:8081", text));
}

reads::TablesMark expected_tables() {
  const auto mark = projections::mark_of(projections::read_model());
  return {mark.version, mark.fingerprint};
}

struct Opened {
  LogConnection connection;
  std::string public_keys;
  std::string cursor_secret;
  identity::TokenCheck tokens;
  http::ServerSettings server;
  Currency currency;
  std::vector<operations::SwaggerFile> swagger;
  http::Networks metrics_readers;
};

Result<Opened> open(const Settings& settings, Clock& clock) {
  auto server = parse_listen(settings.gateway_listen);
  if (!server) return tl::unexpected(server.error());
  auto trusted = http::parse_networks(settings.trusted_proxies);
  if (!trusted) return failure(FailureKind::corrupt, "trusted proxies: " + trusted.error().text);
  server->trusted_proxies = std::move(*trusted);
  auto readers = http::parse_networks(settings.metrics_readers);
  if (!readers) return failure(FailureKind::corrupt, "metrics readers: " + readers.error().text);
  auto cors = http::Cors::parse(settings.cors_origins);
  if (!cors) return failure(FailureKind::corrupt, "CORS origins: " + cors.error().text);
  server->cors = std::move(*cors);
  const auto currency = Currency::parse(settings.currency);
  if (!currency) return failure(FailureKind::corrupt, fmt::format("{} is no currency", settings.currency));
  auto keys = identity::read_key_file(settings.jwt_public_key_file);
  if (!keys) return tl::unexpected(keys.error());
  auto cursor_secret = read_cursor_secret(settings.cursor_secret_file);
  if (!cursor_secret) return tl::unexpected(cursor_secret.error());
  auto tokens = identity::TokenCheck::open(*keys, clock);
  if (!tokens) return tl::unexpected(tokens.error());
  auto connection = open_log(settings, "gateway");
  if (!connection) return tl::unexpected(connection.error());
  auto swagger = operations::read_swagger_files(settings.swagger_folder);
  if (!swagger) return tl::unexpected(swagger.error());
  return Opened{std::move(*connection), std::move(*keys), std::move(*cursor_secret), std::move(*tokens), std::move(*server), *currency,
                std::move(*swagger), std::move(*readers)};
}

// Members end in reverse order: nobody is gone before those who use him.
class Gateway {
 public:
  Gateway(Opened& opened, const Settings& settings, Clock& clock)
      : nats_(*opened.connection.nats),
        log_(*opened.connection.log),
        requests_(opened.connection.nats),
        identity_(requests_),
        pool_({{settings.postgres_url, "ordo-gateway", kStatementLimit, true, stopping_.get_token()}, kPostgresConnectionsMax, 2s,
               [this](postgres::Connection& connection) { return served_.admit(connection); }}),
        seal_(opened.cursor_secret),
        admission_(settings.partitions, {.undone_max = settings.undone_max}),
        read_model_watch_([this] { return reads::find_reached(pool_); }, admission_),
        feed_(log_, waiters_, [this](const log::StoredMessage& message) { admission_.hear(message, std::chrono::steady_clock::now()); }),
        watch_(waiters_, [this](std::span<const live::Awaited> awaited) { return live::find_outcomes(pool_, awaited); }),
        flow_(log_, waiters_, {}, {.age_max = std::chrono::seconds(settings.repeats_remembered_s)},
              [this](log::Partition partition) { return admission_.refuse(partition, std::chrono::steady_clock::now()); }),
        gate_([this] { return reads::find_reached(pool_); }, workers_, settings.partitions, {}, [this] { return served_.trouble(pool_); }),
        streams_(seal_, [this] { return reads::find_reached(pool_); },
                 [this](std::span<const orders::FreshQuestion> questions) { return orders::fresh_events(pool_, questions); }),
        moved_({.url = settings.postgres_url, .application_name = "ordo-gateway-hears"}, reads::kCheckpointsChannel,
               [this] { gate_.advanced(), streams_.advanced(); }),
        orders_(flow_, pool_, gate_, seal_, clock, settings.partitions),
        cancel_(flow_, pool_, gate_, log_, clock, settings.partitions),
        events_(streams_, pool_, gate_, seal_, clock, settings.partitions),
        payments_(flow_, pool_, gate_, seal_, clock, settings.partitions, opened.currency),
        keys_(opened.tokens, opened.public_keys),
        limits_({{settings.rate_limit_user}, {settings.rate_limit_address}, {settings.rate_limit_login}}, clock),
        server_(opened.server, make_router(opened)),
        gone_watch_(identity_, [&tokens = opened.tokens](UserId user) { tokens.refuse(user); }),
        key_watch_(settings.jwt_public_key_file, opened.public_keys, [this](const std::string& content) { keys_.take(content); }) {}

  [[nodiscard]] Result<void> start() { return server_.start(); }

  void stop(std::chrono::milliseconds notice) {
    leaving_ = true;
    std::this_thread::sleep_for(notice);
    // Others take who comes from now on. Who is here is served, and may wait for a while.
    server_.leave();
    streams_.close();
    if (!server_.await_all_gone(kLeaveLimit)) spdlog::info("some wait still: they are answered as if their time were up");
    // Who waits for an outcome hears 202 now, who waits for a position 503: nobody holds up the end.
    waiters_.close();
    gate_.close();
    stopping_.request_stop();
    server_.stop();
    workers_.stop();
    identity_workers_.stop();
  }

 private:
  http::Router make_router(const Opened& opened) {
    http::Router router(identity::authenticate_with(opened.tokens), workers_, limits_.meter());
    router.observe([this](const http::Observed& observed) { metrics_.count(observed); });
    orders_.add_to(router);
    cancel_.add_to(router);
    events_.add_to(router);
    payments_.add_to(router);
    notifications::add_routes(router, pool_, gate_, seal_);
    identity::add_routes(router, identity_, identity_workers_);
    keys_.add_to(router);
    operations::add_routes(router, health_checks());
    operations::add_openapi_route(router);
    operations::add_swagger_routes(router, opened.swagger);
    add_figures();
    metrics::add_route(router, metrics_, opened.metrics_readers);
    return router;
  }

  void add_figures() {
    const auto number = [](std::size_t count) { return static_cast<double>(count); };
    metrics_.add("ordo_commands_under_way", "Commands that the log has not acknowledged yet.",
                 [this, number] { return number(flow_.under_way()); });
    metrics_.add("ordo_commands_undone", "Commands that were accepted and are not done, as far as they count.",
                 [this, number] { return number(admission_.undone(std::chrono::steady_clock::now())); });
    metrics_.add("ordo_commands_refused_total", "New commands that were refused because too much is undone.",
                 [this, number] { return number(admission_.refused()); }, metrics::FigureKind::counter);
    metrics_.add("ordo_waiting_clients", "Clients that wait for an outcome.", [this, number] { return number(waiters_.size()); });
    metrics_.add("ordo_event_streams", "Event streams that are open.", [this, number] { return number(events_.open_streams()); });
    metrics_.add("ordo_reads_held", "Reads that wait for a position.", [this, number] { return number(gate_.held()); });
    metrics_.add("ordo_reads_queued", "Reads that wait for a thread.", [this, number] { return number(workers_.queued()); });
    metrics_.add("ordo_identity_queued", "Questions to identity that wait for a thread.",
                 [this, number] { return number(identity_workers_.queued()); });
    metrics_.add("ordo_identity_breaker_closed", "1 while identity is asked; 0 while it is given time to recover.",
                 [this] { return identity_.breaker_state() == identity::BreakerState::closed ? 1.0 : 0.0; });
    metrics_.add("ordo_nats_connected", "1 while the log can be reached.", [this] { return nats_.is_connected() ? 1.0 : 0.0; });
    metrics_.add("ordo_read_model_fits", "1 while the tables are of this gateway's version.",
                 [this] { return served_.fits() ? 1.0 : 0.0; });
    metrics_.add("ordo_read_model_lag_messages", "Messages of a stream that the read model has not passed yet.", "stream", [this] {
      std::map<std::string, double> by_stream;
      for (const auto& [stream, messages] : lag_.behind()) by_stream[log::text(stream)] = static_cast<double>(messages);
      return by_stream;
    });
    metrics::add_process_figures(metrics_);
  }

  std::vector<operations::HealthCheck> health_checks() {
    const auto connected = [this] {
      return nats_.is_connected() ? operations::Health{true, "ok"} : operations::Health{false, "down"};
    };
    const auto postgres = [this] {
      const bool answers = pool_.execute("select 1::bigint").has_value() || !served_.fits();
      return answers ? operations::Health{true, "ok"} : operations::Health{false, "down"};
    };
    const auto read_model = [this] {
      return served_.fits() ? operations::Health{true, "ok"} : operations::Health{false, "other_version"};
    };
    const auto breaker = [this] {
      const auto state = identity_.breaker_state();
      return operations::Health{state == identity::BreakerState::closed, std::string(text(state))};
    };
    const auto staying = [this] { return leaving_ ? operations::Health{false, "stopping"} : operations::Health{true, "ok"}; };
    return {{"gateway", true, staying},
            {"nats", true, connected},
            {"live_feed", true, connected},
            {"postgres", true, postgres},
            {"read_model", false, read_model},
            {"identity_breaker", false, breaker}};
  }

  std::atomic<bool> leaving_ = false;
  std::stop_source stopping_;
  metrics::Metrics metrics_{ORDO_VERSION};  // counts answers to the last
  log::jetstream::Connection& nats_;
  log::MonotonicLog log_;
  log::jetstream::NatsRequestReply requests_;
  identity::IdentityClient identity_;
  reads::ServedVersion served_{expected_tables()};
  postgres::Pool pool_;
  http::WorkerPool workers_{kReadThreads, kReadsQueuedMax};
  http::WorkerPool identity_workers_{kIdentityThreads, kIdentityQueuedMax};
  reads::CursorSeal seal_;
  live::Waiters waiters_;
  admission::Admission admission_;
  admission::ReadModelWatch read_model_watch_;
  live::OutcomeFeed feed_;
  live::OutcomeWatch watch_;
  commands::CommandFlow flow_;
  reads::ReadGate gate_;
  event_streams::EventStreams streams_;
  postgres::Listener moved_;
  orders::OrderRoutes orders_;
  orders::CancelRoute cancel_;
  event_streams::EventRoutes events_;
  billing::PaymentRoutes payments_;
  identity::KeyRoutes keys_;
  limits::RateLimits limits_;
  metrics::LagWatch lag_{[this] { return reads::find_reached(pool_); }, log_};
  http::Server server_;
  identity::ForgottenWatch gone_watch_;
  identity::FileWatch key_watch_;
};

int run_gateway(const Settings& settings) {
  start_process("gateway", settings.log_level);
  Lifetime lifetime("gateway", settings.ready_file);
  lifetime.begin();
  SystemClock clock;
  auto opened = open(settings, clock);
  if (!opened) return give_up(opened.error());
  Gateway gateway(*opened, settings, clock);
  if (const auto started = gateway.start(); !started) return give_up(started.error());
  const RoleReporting reporting("gateway", settings, opened->connection);
  lifetime.ready();
  const auto exit_code = lifetime.wait();
  gateway.stop(std::chrono::milliseconds(settings.gateway_notice_ms));
  return exit_code;
}

}  // namespace

void add_gateway(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("gateway", "role: HTTP to commands and queries");
  command->footer("It belongs behind a proxy and listens for nobody else. Exit: 0 told to stop, 1 it cannot go on.\n"
                  "Example: ordo gateway --gateway-listen 127.0.0.1:8081 --jwt-public-key-file jwt.pub --cursor-secret-file cursor.secret");
  command->callback([&settings, &exit_code] { exit_code = run_gateway(settings); });
}

}  // namespace ordo::cli
