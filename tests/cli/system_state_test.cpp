#include <future>

#include <catch2/catch.hpp>

#include "cli/status_text.hpp"
#include "cli/system_state.hpp"
#include "events/log/in_memory_lease_store.hpp"
#include "events/log/in_memory_log.hpp"
#include "events/log/in_memory_request_reply.hpp"

using namespace ordo;
using cli::Health;
using log::StreamKind;

namespace {

class StandingClock final : public Clock {
 public:
  Timestamp now() override { return time; }
  Timestamp time{1'000'000};
};

// One partition, served by one instance of every role; it can be asked how it stands.
struct System {
  System() {
    for (const auto role : cli::kSharingRoles) hold(std::string(role));
    for (const auto* role : {"gateway", "identity", "orders", "billing", "notifications", "projections"}) report(role);
  }

  void hold(const std::string& role) {
    renew(role);
    REQUIRE(leases.write(role, log::Lease{0, ids[role], role + "-1", 1}, 0));
  }

  void renew(const std::string& role) {
    ids.try_emplace(role, log::InstanceId::random());
    REQUIRE(leases.write(role, log::Presence{role + "-1", ids[role], 1, false}, std::nullopt));
  }

  void report(const std::string& role, std::vector<cli::Consumer> consumers = {}) {
    const cli::RoleReport about{role, role + "-1", "0.1.0", {0}, clock.time, std::move(consumers)};
    services[role] = std::move(*cli::serve_reports(roles, [about] { return about; }));
  }

  void append(StreamKind kind, std::int64_t time) {
    const log::StreamName stream{kind, 0};
    log::Run run;
    run.events.push_back({EventId::random(), {"Any.v1", ""}, {}, {"c", "", {}}, {time}, {}});
    std::promise<void> stored;
    log.append({stream, log::subjects_of(stream).front(), log::encode_run(run), {}}, [&](const auto&) { stored.set_value(); });
    stored.get_future().get();
  }

  cli::SystemState look() { return cli::look({log, leases, roles, 1, [this] { return lanes; }}, clock).value(); }

  // "degraded: billing is …; …"
  std::string verdict() {
    const auto troubles = cli::troubles_of(look());
    std::string line(text(cli::health_of(troubles)));
    for (const auto& trouble : troubles) line += (&trouble == &troubles.front() ? ": " : "; ") + trouble.what;
    return line;
  }

  StandingClock clock;
  log::InMemoryLog log;
  log::InMemoryLeaseStore leases{clock};
  log::InMemoryRequestReply roles;
  std::map<std::string, log::InstanceId> ids;
  std::map<std::string, std::unique_ptr<log::Service>> services;
  Result<cli::LanesLook> lanes{cli::LanesLook{}};
};

const log::StreamName kOrders{StreamKind::orders, 0};
const log::StreamName kBilling{StreamKind::billing, 0};

}  // namespace

TEST_CASE("a system in which everybody is there and nothing waits is healthy") {
  System system;
  CHECK(system.verdict() == "healthy");
}

TEST_CASE("without a gateway or an owner of orders the system is down, and the worst is told first") {
  System system;
  system.services.erase("identity");
  CHECK(system.verdict() == "degraded: no identity answers: nobody can log in");
  system.services.erase("gateway");
  CHECK(system.verdict() == "down: no gateway answers: nothing is accepted; no identity answers: nobody can log in");
}

TEST_CASE("a lease whose holder is silent serves nobody") {
  System system;
  system.clock.time.unix_ms += 11'000;
  for (const auto* role : {"orders", "notifications", "projections"}) system.renew(role);
  CHECK(system.verdict().starts_with("down: no instance of billing serves anything: no order moves"));
}

TEST_CASE("a decider is behind by what it has not taken, since the first of it is there") {
  System system;
  for (const auto time : {900'000, 988'000, 999'000}) system.append(StreamKind::orders, time);
  system.report("billing", {{kBilling, kOrders, 1}});
  const auto lag = system.look().deciders.at(0);
  CHECK(lag.behind() == 2);
  CHECK(lag.waiting_s == 12);
  CHECK(system.verdict() == "degraded: billing is 12 s and 2 messages behind in ORDERS-0");
  system.report("billing", {{kBilling, kOrders, 3}});
  CHECK(system.verdict() == "healthy");
}

TEST_CASE("of two that report on one partition the one that has come further counts") {
  System system;
  system.append(StreamKind::orders, 0);
  system.report("billing", {{kBilling, kOrders, 1}});
  const cli::RoleReport old{"billing", "old", "0.1.0", {}, {}, {{kBilling, kOrders, 0}}};
  const auto zombie = cli::serve_reports(system.roles, [old] { return old; });
  CHECK(system.verdict() == "healthy");
}

TEST_CASE("a read model that is behind or away is told") {
  System system;
  system.append(StreamKind::orders, 990'000);
  system.lanes = cli::LanesLook{{{"orders", kOrders, 0, 1}}, {}};
  CHECK(system.verdict() == "degraded: projection orders is 10 s and 1 messages behind in ORDERS-0");
  system.lanes = failure(FailureKind::unavailable, "it sleeps");
  CHECK(system.verdict() == "degraded: the read model cannot be asked: it sleeps");
}

TEST_CASE("how the system stands is told as a table, as one document and as lines") {
  System system;
  system.append(StreamKind::orders, 999'000);
  system.report("billing", {{kBilling, kOrders, 0}});
  const auto state = system.look();
  const auto table = cli::status_text(state, false, false);
  CHECK(table.starts_with("healthy at 1970-01-01T00:16:40.000Z\n\nROLE"));
  CHECK(table.find("billing        billing-1        0.1.0    17 min  0           0.0 s ago       1\n") != std::string::npos);
  CHECK(table.find("\nORDERS                  1         1          0\n") != std::string::npos);
  CHECK(table.find("\nbilling  ORDERS       1  1.0 s\n") != std::string::npos);
  CHECK(cli::status_text(state, true, false).find("\nbilling  ORDERS-0        0     1       1  1.0 s\n") != std::string::npos);
  const auto json = cli::status_json(state);
  CHECK(json.starts_with(R"({"health":"healthy","at":"1970-01-01T00:16:40.000Z","troubles":[],"instances":[{"instance":)"));
  const auto lines = cli::status_lines(state);
  CHECK(lines.find("\n{\"stream\":\"ORDERS-0\",\"first_sequence\":1,\"last_sequence\":1}\n") != std::string::npos);
  CHECK(lines.find("\n{\"role\":\"billing\",\"partition\":0,\"term\":1,\"owner\":\"billing-1\",") != std::string::npos);
  CHECK(lines.find(R"({"reader":"billing","input":"ORDERS-0","reached":0,"last":1,"behind":1,"waiting_s":1.0})") != std::string::npos);
}

TEST_CASE("what a rebuild makes is told with its stage and how far it is, and where there is none nothing is told of it") {
  System system;
  CHECK_THAT(cli::status_text(system.look(), false, false), !Catch::Contains("rebuild"));
  CHECK_THAT(cli::status_json(system.look()), !Catch::Contains("rebuild"));
  system.lanes = cli::LanesLook{{}, {}, projections::FillingState{projections::Stage::bare, "", 40, 100, 2'150'000, 5'000'000}};
  const auto state = system.look();
  CHECK_THAT(cli::status_text(state, false, false), Catch::Contains("\nrebuild: read_next is filling, 40 %: about 2,150,000 of 5,000,000 events\n"));
  const auto told = R"({"rebuild":"read_next","stage":"filling","holds":"","messages_done":40,"messages_total":100,)"
                    R"("events_done":2150000,"events_total":5000000})";
  CHECK_THAT(cli::status_json(state), Catch::Contains(std::string(R"("rebuild":)") + told));
  CHECK_THAT(cli::status_lines(state), Catch::EndsWith(std::string(told) + "\n"));
}

TEST_CASE("a system that cannot be asked is down") {
  CHECK(cli::down_text("no NATS server", false) == "down\n  no NATS server\n");
  CHECK(cli::down_json("no NATS server") == "{\"health\":\"down\",\"troubles\":[{\"health\":\"down\",\"what\":\"no NATS server\"}]}\n");
}

TEST_CASE("a projection that an operator holds is told with who and why, and not as one that is behind") {
  System system;
  system.append(StreamKind::orders, 0);
  system.lanes = cli::LanesLook{{{"orders", kOrders, 0, 1}}, {{"orders", {1'000}, "anna", "a look at totals"}}};
  const auto state = system.look();
  const auto troubles = cli::troubles_of(state);
  REQUIRE(std::ranges::count_if(troubles, [](const auto& trouble) { return trouble.what.starts_with("projection orders"); }) == 1);
  CHECK_THAT(system.verdict(), Catch::Contains("projection orders is paused since 1970-01-01T00:00:01.000Z by anna: a look at totals"));
  CHECK_THAT(cli::status_text(state, false, false), Catch::Contains("paused"));
  CHECK_THAT(cli::status_json(state), Catch::Contains(R"("paused":true)"));
}
