#include "cli/settings.hpp"

#include "events/log/lease_store.hpp"

namespace ordo::cli {

namespace {

void add_limits(CLI::App& app, Settings& settings) {
  app.add_option("--rate-limit-user", settings.rate_limit_user, "requests a minute of one user at each gateway; 0: any number")
      ->envname("ORDO_RATE_LIMIT_USER");
  app.add_option("--rate-limit-address", settings.rate_limit_address, "requests a minute from one address at each gateway; 0: any number")
      ->envname("ORDO_RATE_LIMIT_ADDRESS");
  app.add_option("--rate-limit-login", settings.rate_limit_login,
                 "log-ins and registrations a minute from one address at each gateway; 0: any number")
      ->envname("ORDO_RATE_LIMIT_LOGIN");
  app.add_option("--repeats-remembered", settings.repeats_remembered_s,
                 "seconds in which a gateway knows keyed commands by itself; older ones it looks up in the read model")
      ->envname("ORDO_REPEATS_REMEMBERED");
  app.add_option("--undone-max", settings.undone_max,
                 "commands accepted and not done, of all gateways together, beyond which no new one is taken; 0: any number")
      ->envname("ORDO_UNDONE_MAX");
  app.add_option("--trusted-proxies", settings.trusted_proxies, "whose X-Forwarded-For counts: addresses and networks between commas")
      ->envname("ORDO_TRUSTED_PROXIES");
  app.add_option("--cors-origins", settings.cors_origins, "whose pages may use the gateway from a browser: origins between commas, or *")
      ->envname("ORDO_CORS_ORIGINS");
  app.add_option("--metrics-readers", settings.metrics_readers, "who may read /metrics: addresses and networks between commas")
      ->envname("ORDO_METRICS_READERS");
  app.add_option("--login-failures-per-account", settings.login_failures_per_account,
                 "log-ins of one account that may fail in a minute; 0: any number")
      ->envname("ORDO_LOGIN_FAILURES_PER_ACCOUNT")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--login-failures-per-address", settings.login_failures_per_address,
                 "log-ins from one address that may fail in a minute; 0: any number")
      ->envname("ORDO_LOGIN_FAILURES_PER_ADDRESS")
      ->check(CLI::NonNegativeNumber);
}

}  // namespace

void add_settings(CLI::App& app, Settings& settings) {
  add_limits(app, settings);
  app.add_option("--nats-url", settings.nats_url, "NATS servers, nats://host:port,…; with a password only by environment")
      ->envname("ORDO_NATS_URL");
  app.add_option("--nats-user", settings.nats_user, "who connects to NATS: gateway, orders, … or operator (`ordo rights`)")
      ->envname("ORDO_NATS_USER");
  app.add_option("--nats-password-file", settings.nats_password_file, "that user's password")->envname("ORDO_NATS_PASSWORD_FILE");
  app.add_option("--nats-credentials-file", settings.nats_credentials_file, "in the place of user and password: a .creds file of NATS")
      ->envname("ORDO_NATS_CREDENTIALS_FILE");
  app.add_option("--nats-sync-interval", settings.nats_sync_interval, "the server's sync_interval, to say what it promises")
      ->envname("ORDO_NATS_SYNC_INTERVAL");
  // The URL may hold a password: by environment only.
  app.add_option("--postgres-url", settings.postgres_url)->envname("ORDO_POSTGRES_URL")->group("");
  app.add_option("--partitions", settings.partitions, "partitions, fixed at the first set-up")
      ->envname("ORDO_PARTITIONS")
      ->check(CLI::Range(1U, log::kPartitionsMax));
  app.add_option("--replicas", settings.replicas, "copies of each stream: 1 alone, 3 in a cluster")
      ->envname("ORDO_REPLICAS")
      ->check(CLI::Range(1, 5));
  app.add_option("--currency", settings.currency, "currency of new accounts (ISO 4217)")->envname("ORDO_CURRENCY");
  app.add_option("--smtp-url", settings.smtp_url, "mail server, smtp://host:port")->envname("ORDO_SMTP_URL");
  app.add_option("--mail-from", settings.mail_from, "sender of letters")->envname("ORDO_MAIL_FROM");
  app.add_option("--jwt-private-key-file", settings.jwt_private_key_file, "ES256 private key, PEM")
      ->envname("ORDO_JWT_PRIVATE_KEY_FILE");
  app.add_option("--jwt-public-key-file", settings.jwt_public_key_file, "ES256 public keys, PEM, one after another")
      ->envname("ORDO_JWT_PUBLIC_KEY_FILE");
  app.add_option("--cursor-secret-file", settings.cursor_secret_file, "a secret of 16 bytes or more, the same for every gateway")
      ->envname("ORDO_CURSOR_SECRET_FILE");
  app.add_option("--gateway-listen", settings.gateway_listen, "address the gateway listens on, behind the proxy")
      ->envname("ORDO_GATEWAY_LISTEN");
  app.add_option("--gateway-notice", settings.gateway_notice_ms,
                 "milliseconds in which a gateway that is told to stop says so at /readyz before it refuses connections")
      ->envname("ORDO_GATEWAY_NOTICE")
      ->check(CLI::Range(0, 5'000));
  app.add_option("--swagger-folder", settings.swagger_folder, "unpacked npm package swagger-ui-dist, for /swagger")
      ->envname("ORDO_SWAGGER_FOLDER");
  app.add_option("--instance", settings.instance,
                 "this process's name among the instances of its role, the same at each start; host and process id unless set")
      ->envname("ORDO_INSTANCE")
      ->check([](const std::string& name) {
        return log::is_instance_name(name) ? std::string() : "an instance's name has 1 to 64 letters, digits, '-' and '_'";
      });
  app.add_option("--ready-file", settings.ready_file, "file that exists while the role serves")
      ->envname("ORDO_READY_FILE");
  app.add_option("--log-level", settings.log_level, "how much a role says")
      ->envname("ORDO_LOG_LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "critical"}));
  app.add_option("--output", settings.output, "table, json or ndjson")
      ->envname("ORDO_OUTPUT")
      ->check(CLI::IsMember({"table", "json", "ndjson"}));
  app.add_option("--as", settings.actor, "who is recorded as the author of a change; login name and machine unless set")
      ->envname("ORDO_ACTOR")
      ->check([](const std::string& name) { return name.size() <= 100 ? std::string() : "a name has 100 bytes at most"; });
}

}  // namespace ordo::cli
