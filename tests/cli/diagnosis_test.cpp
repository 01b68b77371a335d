#include <algorithm>

#include <catch2/catch.hpp>

#include "cli/diagnosis.hpp"

using namespace ordo;
using namespace ordo::cli;

namespace {

constexpr std::array kRoles{"gateway", "identity", "orders", "billing", "notifications", "projections"};

// A system in which all is well.
SystemFacts sound() {
  SystemFacts facts;
  facts.version = "1.2.3";
  facts.partitions = 4;
  facts.clocks = {{"NATS ordo", 3}, {"Postgres", -20}};
  facts.nats = {{"nats://a:4222", "2.10.27", ""}};
  facts.pages = {{"ordo", "2.10.27", true, 120'000, "/data", {}}};
  facts.log = log::jetstream::LogInspection{.partitions = 4, .streams = {{"ORDERS-0", true, "", {}}, {"AUDIT", true, "", {}}}};
  facts.disks = {{"/data", 50ULL << 30, 100ULL << 30}};
  facts.database = DatabaseFacts{
      {{"server_version", "15.6"}, {"fsync", "on"}, {"full_page_writes", "on"}, {"synchronous_commit", "on"}}, 1, 3, true};
  for (const auto* role : kRoles) facts.roles.push_back({role, std::string(role) + "-1", "1.2.3", {}, {}, {}, 40, 65'536});
  facts.mail = Answer{"smtp://m:25", "220 mail", ""};
  facts.gateway = Answer{"http://g", "200", ""};
  return facts;
}

// What is not well, without what is.
std::vector<Finding> troubles(const SystemFacts& facts) {
  auto findings = diagnose(facts);
  std::erase_if(findings, [](const Finding& finding) { return finding.level == Level::ok; });
  return findings;
}

template <class Change>
void require_one(Level level, const std::string& area, const std::string& what, const Change& change) {
  auto facts = sound();
  change(facts);
  const auto found = troubles(facts);
  CAPTURE(what);
  REQUIRE(found.size() == 1);
  CHECK(found.front().level == level);
  CHECK(found.front().area == area);
  CHECK_THAT(found.front().what, Catch::Contains(what));
  CHECK_FALSE(found.front().remedy.empty());
  CHECK(level_of(diagnose(facts)) == level);
}

}  // namespace

TEST_CASE("a system in which all is well gives no trouble, and every area is named") {
  CHECK(troubles(sound()).empty());
  const auto findings = diagnose(sound());
  CHECK(level_of(findings) == Level::ok);
  for (const auto* area : {"ordo", "nats", "log", "durability", "streams", "store", "disk", "postgres", "schemas", "roles", "clocks", "mail",
                           "gateway"}) {
    CAPTURE(area);
    CHECK(std::ranges::count(findings, area, &Finding::area) >= 1);
  }
}

TEST_CASE("one copy that is synced lazily is a danger, several are not") {
  const auto lazily = [](SystemFacts& facts) { facts.pages.front().syncs_always = false; };
  require_one(Level::danger, "durability", "syncs every 120 s", lazily);
  auto facts = sound();
  lazily(facts);
  facts.log->replicas = 3;
  CHECK(troubles(facts).empty());
}

TEST_CASE("how the server syncs is asked for where it cannot be seen") {
  require_one(Level::warning, "durability", "ORDO_NATS_SYNC_INTERVAL says always", [](SystemFacts& facts) {
    facts.pages.clear();
    facts.nats_sync_interval = "always";
  });
  require_one(Level::warning, "durability", "nobody listens there", [](SystemFacts& facts) {
    facts.pages.clear();
    facts.silent_pages = {{"http://a:8222", "", "nobody listens there"}};
  });
}

TEST_CASE("streams that are missing, otherwise than set-up makes them or without a copy are named") {
  require_one(Level::danger, "streams", "missing: AUDIT", [](SystemFacts& facts) { facts.log->streams[1].is_there = false; });
  require_one(Level::danger, "streams", "ORDERS-0 is not what set-up makes: max_age is 5 instead of 0",
              [](SystemFacts& facts) { facts.log->streams[0].differences = "max_age is 5 instead of 0"; });
  require_one(Level::warning, "streams", "nats-2 is away: 2 streams lack this copy", [](SystemFacts& facts) {
    for (auto& stream : facts.log->streams) stream.lame_copies = {"nats-2 is away"};
  });
}

TEST_CASE("a system that was never set up, or with other partitions, is in danger") {
  require_one(Level::danger, "log", "8 partitions for ever, and this program is told 4",
              [](SystemFacts& facts) { facts.log->partitions = 8; });
  require_one(Level::danger, "log", "never set up", [](SystemFacts& facts) {
    facts.log->partitions.reset();
    for (auto& stream : facts.log->streams) stream.is_there = false;
  });
  require_one(Level::warning, "log", "1 copy of each stream, though there are 2 servers",
              [](SystemFacts& facts) { facts.nats.push_back({"nats://b:4222", "2.10.27", ""}); });
}

TEST_CASE("servers that are away or too old are named") {
  require_one(Level::danger, "nats", "nats-server 2.9.10", [](SystemFacts& facts) { facts.nats.front().said = "2.9.10"; });
  require_one(Level::warning, "nats", "asks for no user", [](SystemFacts& facts) { facts.open_to_all = {"nats://127.0.0.1:4222"}; });
  require_one(Level::danger, "nats", "the log cannot be asked: nobody", [](SystemFacts& facts) {
    facts.log.reset();
    facts.log_failure = "nobody";
  });
}

TEST_CASE("settings of Postgres that lose or damage what stands nowhere else are a danger") {
  for (const auto* name : {"fsync", "full_page_writes", "synchronous_commit"}) {
    require_one(Level::danger, "postgres", std::string(name) + " is off",
                [&](SystemFacts& facts) { facts.database->settings[name] = "off"; });
  }
  require_one(Level::danger, "postgres", "cannot be asked: no route", [](SystemFacts& facts) {
    facts.database.reset();
    facts.database_failure = "no route";
  });
  require_one(Level::danger, "schemas", "no tables of identity", [](SystemFacts& facts) { facts.database->identity_version = 0; });
  const auto faulty = [](postgres::RightsFault fault) { return [fault](SystemFacts& facts) { facts.database->rights_faults = {fault}; }; };
  require_one(Level::warning, "rights", "no user ordo_gateway", faulty({"ordo_gateway", "", ""}));
  require_one(Level::danger, "rights", "read.orders", faulty({"ordo_gateway", "read.orders", ""}));
  require_one(Level::warning, "rights", "more than", faulty({"ordo_gateway", "", "read.orders"}));
  require_one(Level::warning, "schemas", "another version", [](SystemFacts& facts) { facts.database->read_model_fits = false; });
}

TEST_CASE("roles that do not answer, run another version or may open few files are named") {
  require_one(Level::danger, "roles", "no billing answers", [](SystemFacts& facts) { facts.roles.erase(facts.roles.begin() + 3); });
  require_one(Level::warning, "roles", "billing-1 is version 1.0.0", [](SystemFacts& facts) { facts.roles[3].version = "1.0.0"; });
  require_one(Level::warning, "files", "40 files open of 256", [](SystemFacts& facts) { facts.roles[0].open_files_max = 256; });
  require_one(Level::danger, "files", "60000 files open of 65536", [](SystemFacts& facts) { facts.roles[0].open_files = 60'000; });
}

TEST_CASE("clocks that are apart are told by how much, and in which direction") {
  require_one(Level::warning, "clocks", "Postgres is 2.5 s behind this machine's",
              [](SystemFacts& facts) { facts.clocks[1].ahead_ms = -2'500; });
  require_one(Level::danger, "clocks", "NATS ordo is 60.0 s ahead of", [](SystemFacts& facts) { facts.clocks[0].ahead_ms = 60'000; });
}

TEST_CASE("room that runs out is told before it has run out") {
  require_one(Level::warning, "disk", "3.0 GiB free of 100.0 GiB", [](SystemFacts& facts) { facts.disks[0].free_bytes = 3ULL << 30; });
  require_one(Level::danger, "disk", "100.0 MiB free", [](SystemFacts& facts) { facts.disks[0].free_bytes = 100ULL << 20; });
  require_one(Level::warning, "store", "90 % of what the account may have", [](SystemFacts& facts) {
    facts.log->stored_bytes = 90;
    facts.log->bytes_max = 100;
  });
}

TEST_CASE("neighbours that do not answer are told, and those that were not asked for are no trouble") {
  require_one(Level::warning, "mail", "it says 554 go away", [](SystemFacts& facts) { facts.mail->said = "554 go away"; });
  require_one(Level::danger, "gateway", "/readyz answers 503", [](SystemFacts& facts) { facts.gateway->said = "503"; });
  auto facts = sound();
  facts.mail.reset();
  facts.gateway.reset();
  CHECK(troubles(facts).empty());
}

TEST_CASE("findings are told as a table, as one JSON document and as lines") {
  const std::vector<Finding> findings{{"nats", Level::ok, "it runs", ""}, {"disk", Level::danger, "it is full", "make room"}};
  CHECK(findings_text(findings, "table", false) ==
        "STATE   AREA  WHAT\n"
        "ok      nats  it runs\n"
        "danger  disk  it is full\n"
        "              → make room\n");
  CHECK(findings_text(findings, "ndjson", false) ==
        "{\"area\":\"nats\",\"level\":\"ok\",\"what\":\"it runs\"}\n"
        "{\"area\":\"disk\",\"level\":\"danger\",\"what\":\"it is full\",\"remedy\":\"make room\"}\n");
  CHECK_THAT(findings_text(findings, "json", false), Catch::StartsWith(R"({"level":"danger","findings":[{)"));
}
