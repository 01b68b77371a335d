#include <catch2/catch.hpp>

#include "gateway/admission/undone.hpp"
#include "tests/gateway/admission/stored_runs.hpp"

namespace ordo::admission {

using log::StreamKind;
using log::Topic;

namespace {

void hear(Undone& undone, const log::StoredMessage& message) { undone.stored(message, log::outline_of(message.payload).value()); }

}  // namespace

TEST_CASE("an order counts once, from its acceptance until what became of it is shown") {
  Undone undone(0);
  hear(undone, stored(Topic::order_create, 1, 3));
  CHECK(undone.undecided() == 3);
  hear(undone, stored(Topic::order_pending, 1, 3, {{StreamKind::commands, {1, 2}}}));
  CHECK(undone.undecided() == 3);
  hear(undone, stored(Topic::billing_payment, 1, 3, {{StreamKind::orders, {1, 2}}}));
  CHECK(undone.undecided() == 3);
  CHECK(undone.unshown() == 0);
  hear(undone, stored(Topic::order_update, 2, 3, {{StreamKind::commands, {1, 2}}, {StreamKind::billing, {1, 2}}}));
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
  hear(undone, stored(Topic::payment_top_up, 1, 2));
  hear(undone, stored(Topic::order_create, 2, 1));
  hear(undone, stored(Topic::order_pending, 1, 1, {{StreamKind::commands, {2, 0}}}));
  CHECK(undone.undecided() == 3);
  hear(undone, stored(Topic::billing_top_up, 1, 2, {{StreamKind::commands, {1, 1}}}));
  CHECK(undone.undecided() == 1);
  CHECK(undone.unshown() == 2);
  undone.shown(StreamKind::billing, 1);
  CHECK(undone.unshown() == 0);
}

TEST_CASE("a command that came to nothing is done when its owner has passed it") {
  Undone undone(0);
  hear(undone, stored(Topic::payment_account, 1, 5));
  hear(undone, stored(Topic::payment_top_up, 2, 1));
  hear(undone, stored(Topic::billing_top_up, 1, 1, {{StreamKind::commands, {2, 0}}}));
  CHECK(undone.undecided() == 0);
}

TEST_CASE("each queue tells how much is in it and how much was passed, and who is to pass it") {
  Undone undone(0);
  hear(undone, stored(Topic::order_create, 1, 3));
  hear(undone, stored(Topic::order_pending, 1, 2, {{StreamKind::commands, {1, 1}}}));
  hear(undone, stored(Topic::order_update, 2, 1));
  const auto queues = undone.queues();
  CHECK(queues[0].undone == 1);
  CHECK(queues[0].passed == 2);
  CHECK(queues[2].undone == 2);
  CHECK(queues[2].passed == 0);
  CHECK_FALSE(queues[2].is_for_read_model);
  CHECK(queues[4].undone == 1);
  CHECK(queues[4].is_for_read_model);
}

TEST_CASE("what was stored before anything was heard counts as taken when an owner tells where it is") {
  Undone undone(0);
  hear(undone, stored(Topic::order_create, 500, 2));
  hear(undone, stored(Topic::order_pending, 1, 1, {{StreamKind::commands, {100, 0}}}));
  CHECK(undone.undecided() == 2 * 400 + 1);
  CHECK(undone.taken() == undone.undecided() - 1);
}

TEST_CASE("an owner that has gone on without being heard takes along what it has passed") {
  Undone undone(0);
  hear(undone, stored(Topic::order_create, 1, 4));
  hear(undone, stored(Topic::order_create, 2, 4));
  // ORDERS 1 to 6 were lost.
  hear(undone, stored(Topic::order_pending, 7, 1, {{StreamKind::commands, {2, 1}}}));
  CHECK(undone.undecided() == 2 + 1);
}

}  // namespace ordo::admission
