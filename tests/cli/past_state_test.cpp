#include <catch2/catch.hpp>

#include "cli/past_state.hpp"
#include "projections/history/order_state.hpp"
#include "tests/projections/history/told_events.hpp"
#include "tests/projections/verification/audited_story.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

// The order `paid` of the story after its first so many events.
cli::PastState paid_after(std::size_t count) {
  const AuditedStory story;
  log::InMemoryLog log;
  story.tell(log);
  auto events = events_of_order(log, story.paid);
  events.resize(count);
  const auto row = projections::order_after(events).value();
  return {row ? cli::fields_of(*row) : std::vector<cli::Field>(), events};
}

}  // namespace

TEST_CASE("an order is shown with its fields and the last of its events") {
  CHECK(cli::state_text(paid_after(2), 1, false) == R"(id                    00000000-0000-0000-8000-000000000002
user_id               00000000-0000-0000-8000-000000000001
status                PENDING
items                 1 × Green tea at 3.00 EUR
total                 3.00 EUR
currency              EUR
created_at            1970-01-01T00:00:00.005Z
updated_at            1970-01-01T00:00:00.005Z
version               2

the last 1 of 2 events

  TIME                      WHERE         WHAT
  1970-01-01T00:00:00.005Z  ORDERS-0@1.0  OrderPending.v1  PENDING: 3.00 EUR
)");
}

TEST_CASE("an order as JSON has the fields that clients know, and its events") {
  const auto json = cli::state_json(paid_after(2));
  CHECK(json.starts_with(R"({"id":"00000000-0000-0000-8000-000000000002","user_id":"00000000-0000-0000-8000-000000000001",)"
                         R"("status":"PENDING","items":[{"sku":"tea","name":"Green tea","quantity":1,"unit_price":300}],)"
                         R"("total":300,"currency":"EUR","created_at":)"));
  CHECK(json.find(R"("version":2,"events":[{"stream":"COMMANDS-0")") != std::string::npos);
}

TEST_CASE("a difference shows what changed and the events in between") {
  const auto text = cli::difference_text({paid_after(2), paid_after(4)}, false);
  CHECK(text.starts_with("FIELD                 A        B\nstatus                PENDING  PAID\n"));
  CHECK(text.find("\npayment_operation_id  -        ") != std::string::npos);
  CHECK(text.find("\n+  1970-01-01T00:00:00.005Z  BILLING-0@3.0  PaymentProcessed.v1") != std::string::npos);
  CHECK(text.find("total") == std::string::npos);
  CHECK(cli::difference_text({paid_after(4), paid_after(2)}, false).find("\n-  1970-01-01") != std::string::npos);
  CHECK(cli::difference_text({paid_after(4), paid_after(4)}, false) == "nothing differs\n");
}

TEST_CASE("a difference as JSON names what changed, and null stands for what was not there yet") {
  const auto json = cli::difference_json({paid_after(0), paid_after(1)});
  CHECK(json.starts_with(R"({"a":null,"b":{"id":)"));
  CHECK(json.find(R"("changed":["id","user_id","status",)") != std::string::npos);
  CHECK(json.find(R"("only_in_a":[],"only_in_b":[{"stream":"COMMANDS-0")") != std::string::npos);
}
