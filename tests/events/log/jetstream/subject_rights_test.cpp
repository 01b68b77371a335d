#include "events/log/jetstream/subject_rights.hpp"

#include <algorithm>
#include <ranges>

#include <catch2/catch.hpp>

using namespace ordo::log;
using namespace ordo::log::jetstream;

namespace {

bool has(const std::vector<std::string>& subjects, std::string_view subject) {
  return std::ranges::find(subjects, subject) != subjects.end();
}

}  // namespace

TEST_CASE("who appends may use the subjects of his streams, in every partition and in no more") {
  const auto rights = rights_of({.name = "gateway", .appends = {StreamKind::commands}}, 2);
  for (const auto* subject : {"orders.create.0", "orders.create.1", "orders.cancel.1", "payments.topup.0", "payments.account.1"}) {
    CHECK(has(rights.publish, subject));
  }
  CHECK(!has(rights.publish, "orders.create.2"));
  CHECK(!has(rights.publish, "orders.pending.0"));
  CHECK(!has(rights.publish, "$JS.API.CONSUMER.CREATE.COMMANDS-0"));
}

TEST_CASE("who reads a stream may look at it, get its messages and have them delivered") {
  const auto rights = rights_of({.name = "projections", .reads = {StreamKind::billing}}, 2);
  for (const auto* subject : {"$JS.API.STREAM.INFO.BILLING-1", "$JS.API.STREAM.MSG.GET.BILLING-1", "$JS.API.CONSUMER.CREATE.BILLING-1",
                              "$JS.FC.BILLING-1.>"}) {
    CHECK(has(rights.publish, subject));
  }
  CHECK(!has(rights.publish, "billing.payments.1"));
}

TEST_CASE("only leases and snapshots may be emptied, and of these the own ones written") {
  const LogUse use{.name = "orders", .appends = {StreamKind::orders}, .shares_partitions = true, .keeps_snapshots = true};
  const auto rights = rights_of(use, 1);
  std::vector<std::string> purged;
  std::ranges::copy_if(rights.publish, std::back_inserter(purged),
                       [](const auto& subject) { return subject.find("PURGE") != std::string::npos; });
  CHECK(purged == std::vector<std::string>{"$JS.API.STREAM.PURGE.KV_ordo-leases", "$JS.API.STREAM.PURGE.SNAPSHOTS"});
  CHECK(has(rights.publish, "$KV.ordo-leases.orders.>"));
  CHECK(has(rights.publish, "snapshots.ORDERS-0.>"));
}

TEST_CASE("no user may make, change or delete anything, or say and hear everything") {
  const LogUse all{.name = "all", .appends = {StreamKind::orders}, .reads = {StreamKind::orders}, .looks_at = {StreamKind::commands},
                   .shares_partitions = true, .keeps_snapshots = true, .hears_live = true, .asks = {"identity.login"},
                   .serves = {"ordo.roles"}, .answers = {"operator"}};
  const auto rights = rights_of(all, 3);
  for (const auto& subject : rights.publish) {
    CAPTURE(subject);
    for (const auto* word : {"STREAM.CREATE", "UPDATE", "DELETE", "RESTORE"}) CHECK(subject.find(word) == std::string::npos);
    CHECK((subject != ">" && !subject.starts_with("*") && !subject.starts_with("$JS.API.>") && !subject.starts_with("_INBOX.")));
  }
  CHECK(rights.subscribe == std::vector<std::string>{"_INBOX_all.>", "live.>", "ordo.roles"});
  CHECK(has(rights.publish, "_INBOX_operator.>"));
}
