#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "cli/status_text.hpp"
#include "cli/table.hpp"
#include "events/log/jetstream/lease_store.hpp"
#include "events/log/jetstream/request_reply.hpp"
#include "projections/read_model.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kLogLimit = 5s;
constexpr auto kStatementLimit = 2s;
constexpr auto kNap = 50ms;
constexpr auto kHomeAndClear = "\033[H\033[2J";

constexpr auto kFooter =
    "Asks every process, the log and the read model how they stand. Degraded: something waits longer than 5 s, or somebody is missing\n"
    "without whom orders still move. Down: no order can be made, or none moves.\n"
    "Exit: 0 healthy, 1 degraded, 2 down; with --watch, as it stood last.\n"
    "Example: ordo status --watch\n"
    "Example: ordo status --output ndjson || page somebody";

struct Wanted {
  bool watch = false;
  bool all = false;
  double interval_s = 2;
  std::size_t times = 0;  // 0: endless
};

// What it asks, opened again where it was lost.
class Look {
 public:
  explicit Look(const Settings& settings) : settings_(settings) {}

  Result<SystemState> look() {
    if (!connection_) {
      auto opened = open_log(settings_, "status", kLogLimit);
      if (!opened) return tl::unexpected(opened.error());
      connection_ = std::move(*opened);
    }
    log::jetstream::JetStreamLeaseStore leases(connection_->nats);
    log::jetstream::NatsRequestReply roles(connection_->nats);
    return cli::look({*connection_->log, leases, roles, settings_.partitions, [this] { return lanes(); }}, clock_);
  }

 private:
  Result<LanesLook> lanes() {
    if (!postgres_ || !postgres_->usable()) {
      auto opened = postgres::Connection::open(
          {.url = settings_.postgres_url, .application_name = "ordo-status", .statement_limit = kStatementLimit});
      if (!opened) return tl::unexpected(opened.error());
      postgres_ = std::move(*opened);
    }
    if (auto fits = require_version(); !fits) return tl::unexpected(fits.error());
    auto lags = projections::lag(*postgres_, *connection_->log, projections::kServing);
    auto pauses = projections::pauses(*postgres_);
    if (!lags || !pauses) return tl::unexpected((lags ? pauses.error() : lags.error()));
    // A swap may take it away while it is looked at; that is no trouble.
    auto filling = projections::filling_state(*postgres_, *connection_->log, projections::read_model(), settings_.partitions);
    return LanesLook{std::move(*lags), std::move(*pauses), std::move(filling).value_or(std::nullopt)};
  }

  Result<void> require_version() {
    const auto made = postgres_->execute("select version, fingerprint from read.schema_version");
    if (!made) return tl::unexpected(made.error());
    const auto mark = projections::mark_of(projections::read_model());
    const auto version = made->empty() ? 0 : (*made)[0].get<std::int64_t>(0);
    if (version == mark.version && (*made)[0].get<IdBytes>(1) == mark.fingerprint) return {};
    return failure(FailureKind::corrupt, fmt::format("its tables are of version {}, this program's of version {}: nothing is read from them "
                                                     "until `ordo projections rebuild` has made them anew", version, mark.version));
  }

  const Settings& settings_;
  SystemClock clock_;
  std::optional<LogConnection> connection_;
  std::optional<postgres::Connection> postgres_;
};

std::string text_of(const SystemState& state, const std::string& output, bool all) {
  if (output == "json") return status_json(state);
  if (output == "ndjson") return status_lines(state);
  return status_text(state, all, stdout_is_coloured());
}

// Prints it; answers the exit code.
int print(Look& look, const Settings& settings, const Wanted& wanted, bool clears) {
  const auto state = look.look();
  const auto text = state                          ? text_of(*state, settings.output, wanted.all)
                    : settings.output == "table" ? down_text(state.error().text, stdout_is_coloured())
                                                 : down_json(state.error().text);
  std::cout << (clears ? kHomeAndClear : "") << text << std::flush;
  return static_cast<int>(state ? health_of(troubles_of(*state)) : Health::down);
}

// False: it was told to stop.
bool wait(std::chrono::duration<double> interval, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + interval;
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(kNap);
  return !stop.stop_requested();
}

int run_status(const Settings& settings, const Wanted& wanted) {
  start_process("status", "critical");
  const Interruption interruption;
  Look look(settings);
  if (!wanted.watch) return print(look, settings, wanted, false);
  const bool clears = settings.output == "table" && stdout_is_a_terminal();
  const std::chrono::duration<double> interval(wanted.interval_s);
  int exit_code = 0;
  for (std::size_t count = 1;; ++count) {
    exit_code = print(look, settings, wanted, clears);
    if (!std::cout || count == wanted.times || !wait(interval, interruption.token())) return exit_code;
  }
}

}  // namespace

void add_status(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("status", "shows how the system stands: processes, owners, streams, and who is behind");
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  auto* watch = command->add_flag("--watch", wanted->watch, "again and again, until Ctrl-C");
  command->add_option("--interval", wanted->interval_s, "with --watch: seconds between two looks (2)")
      ->check(CLI::PositiveNumber)
      ->needs(watch);
  command->add_option("--times", wanted->times, "with --watch: so many looks, then stop")->needs(watch);
  command->add_flag("--all", wanted->all, "every partition by itself");
  command->callback([&settings, &exit_code, wanted] { exit_code = run_status(settings, *wanted); });
}

}  // namespace ordo::cli
