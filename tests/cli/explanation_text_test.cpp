#include <catch2/catch.hpp>

#include "cli/explanation_text.hpp"
#include "projections/history/order_state.hpp"
#include "tests/projections/history/told_events.hpp"
#include "tests/projections/verification/audited_story.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;

namespace {

cli::ExplainedOrder explained(const AuditedStory& story, OrderId order) {
  log::InMemoryLog log;
  story.tell(log);
  const auto events = events_of_order(log, order);
  return {projections::explain(order, events), 0, projections::order_after(events).value()};
}

}  // namespace

TEST_CASE("an explanation is a tree that people can read") {
  AuditedStory story;
  story.event(StreamKind::commands, 2).trace.actor = story.user;
  story.event(StreamKind::billing, 3).time = {12};
  story.change_letter(1, [](auto& letter) { std::get<notifications::NotificationFailed>(letter).next_attempt.reset(); });
  CHECK(cli::tree_text(explained(story, story.paid), false) ==
        R"(order     00000000-0000-0000-8000-000000000002
now       PAID, 3.00 EUR, version 3
customer  00000000-0000-0000-8000-000000000001, partition 0
took      7 ms from the first event, at 1970-01-01T00:00:00.005Z, to the last

  AT   STEP  WHO            WHAT                            WHERE                WHY
0 ms         the customer   OrderCreateRequested            COMMANDS-0@2.0       1 item for 3.00 EUR, correlation c
0 ms  +0 ms  orders         └─ OrderPending                 ORDERS-0@1.0         PENDING: 3.00 EUR
7 ms  +7 ms  billing           └─ PaymentProcessed          BILLING-0@3.0        paid 3.00 EUR, the wallet holds 7.00 EUR
0 ms  -7 ms  orders               └─ OrderUpdateMessage     ORDERS-0@2.0         PAID by operation )" +
            billing::payment_operation_of(story.paid).text() + R"(
0 ms  +0 ms  notifications           ├─ NotificationFailed  NOTIFICATIONS-0@1.0  letter_of_happiness, attempt 1 failed: away; given up
0 ms  +0 ms  notifications           └─ NotificationSent    NOTIFICATIONS-0@2.0  letter_of_happiness in en, attempt 2
)");
}

TEST_CASE("an explanation as JSON nests effects in their causes, and as lines tells their depth") {
  const AuditedStory story;
  const auto dear = explained(story, story.dear);
  const auto json = cli::tree_json(dear);
  CHECK(json.starts_with(R"({"order_id":"00000000-0000-0000-8000-000000000003","user_id":"00000000-0000-0000-8000-000000000001",)"
                         R"("partition":0,"took_ms":0,"status":"CANCELLED","version":3,"requests":[{"stream":"COMMANDS-0","sequence":3,)"));
  CHECK(json.ends_with("\"effects\":[]}]}]}]}]}]}\n"));
  const auto lines = cli::steps_json(dear);
  CHECK(std::ranges::count(lines, '\n') == 5);
  CHECK(lines.find(R"({"depth":4,"stream":"NOTIFICATIONS-0","sequence":3,"index":0,)") != std::string::npos);
}
