#include <catch2/catch.hpp>

#include "gateway/admission/undone.hpp"
#include "tests/gateway/admission/stored_runs.hpp"

namespace ordo::admission {

using log::StreamKind;
using log::Topic;

TEST_CASE("an order counts once, from its acceptance until what became of it is shown") {
  Undone undone(0);
  undone.stored(stored(Topic::order_create, 1, 3));
  CHECK(undone.undecided() == 3);
  undone.stored(stored(Topic::order_pending, 1, 3, {{StreamKind::commands, {1, 2}}}));
  CHECK(undone.undecided() == 3);
  undone.stored(stored(Topic::billing_payment, 1, 3, {{StreamKind::orders, {1, 2}}}));
  CHECK(undone.undecided() == 3);
  CHECK(undone.unshown() == 0);
  undone.stored(stored(Topic::order_update, 2, 3, {{StreamKind::commands, {1, 2}}, {StreamKind::billing, {1, 2}}}));
  CHECK(undone.undecided() == 0);
  CHECK(undone.unshown() == 3);
  undone.shown(StreamKind::orders, 1);
  CHECK(undone.unshown() == 3);
  undone.shown(StreamKind::orders, 2);
  CHECK(undone.unshown() == 0);
  CHECK(undone.taken() == 3);
}

TEST_CASE("a top-up waits for billing, and then to be shown") {
  Undone undone(0);
  undone.stored(stored(Topic::payment_top_up, 1, 2));
  undone.stored(stored(Topic::order_create, 2, 1));
  undone.stored(stored(Topic::order_pending, 1, 1, {{StreamKind::commands, {2, 0}}}));
  CHECK(undone.undecided() == 3);
  undone.stored(stored(Topic::billing_top_up, 1, 2, {{StreamKind::commands, {1, 1}}}));
  CHECK(undone.undecided() == 1);
  CHECK(undone.unshown() == 2);
  undone.shown(StreamKind::billing, 1);
  CHECK(undone.unshown() == 0);
}

TEST_CASE("a command that came to nothing is done when its owner has passed it") {
  Undone undone(0);
  undone.stored(stored(Topic::payment_account, 1, 5));
  undone.stored(stored(Topic::payment_top_up, 2, 1));
  undone.stored(stored(Topic::billing_top_up, 1, 1, {{StreamKind::commands, {2, 0}}}));
  CHECK(undone.undecided() == 0);
}

TEST_CASE("letters and what nobody can read do not count") {
  Undone undone(0);
  undone.stored(stored(Topic::notification_failed, 1, 7));
  auto damaged = stored(Topic::order_create, 1, 1);
  damaged.payload = "no run";
  undone.stored(damaged);
  CHECK(undone.undecided() + undone.unshown() == 0);
}

TEST_CASE("an owner that has gone on without being heard takes along what it has passed") {
  Undone undone(0);
  undone.stored(stored(Topic::order_create, 1, 4));
  undone.stored(stored(Topic::order_create, 2, 4));
  // ORDERS 1 to 6 were lost.
  undone.stored(stored(Topic::order_pending, 7, 1, {{StreamKind::commands, {2, 1}}}));
  CHECK(undone.undecided() == 2 + 1);
}

}  // namespace ordo::admission
