"""More than can be done is refused, with when to come again; what was accepted is done, and the rest is taken again soon after."""

import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from client import Answer
from ledger import await_finished, require_sound_money
from people import User, new_user
from stack import Stack, until
from test_metrics import metrics_of

UNDONE_MAX = 40
PRICE = 100


@pytest.fixture(scope="module")
def narrow() -> Iterator[Stack]:
    own = Stack(ORDO_UNDONE_MAX=str(UNDONE_MAX), ORDO_REPEATS_REMEMBERED="1")
    yield own
    own.remove()


@pytest.fixture
def buyer(narrow: Stack) -> User:
    return new_user(narrow, money=1_000_000)


def order_until_refused(user: User) -> tuple[dict[str, str], Answer]:
    """Key → id of what was accepted, and the refusal."""
    accepted: dict[str, str] = {}
    while (answer := user.order(PRICE, Idempotency_Key=(key := str(uuid.uuid4())))).status == 202:
        accepted[key] = answer.json()["id"]
        assert len(accepted) < 20 * UNDONE_MAX, "nobody is ever refused"
    return accepted, answer


def assert_overloaded(answer: Answer) -> None:
    answer.expect(503)
    assert answer.json()["code"] == "overloaded"
    assert 1 <= int(answer.headers["Retry-After"]) <= 30


def await_refusal(ask: Callable[[], Answer]) -> None:
    """Now and then one is let in, where nothing moves."""
    until(lambda: ask().status == 503, "it is refused")


@pytest.mark.parametrize("role", ["orders", "billing"])
def test_what_nobody_gets_to_is_refused_and_taken_again_as_soon_as_somebody_does(narrow: Stack, buyer: User, role: str) -> None:
    until(lambda: metrics_of(narrow.client())["ordo_commands_undone"] == 0, "what was there before is done")
    with narrow.paused(role):
        accepted, refusal = order_until_refused(buyer)
        assert len(accepted) >= UNDONE_MAX
        assert_overloaded(refusal)
        await_refusal(lambda: buyer.post("/api/payments/topup", {"amount": 1, "currency": "EUR"}))
        figures = metrics_of(narrow.client())
        assert figures["ordo_commands_undone"] >= UNDONE_MAX and figures["ordo_commands_refused_total"] >= 2
    again = until(lambda: (answer := buyer.order(PRICE)).status == 202 and answer, "orders are taken again")
    assert isinstance(again, Answer)
    await_finished(narrow, [*accepted.values(), again.json()["id"]])
    of_buyer = narrow.psql(f"select order_id from read.orders where user_id = '{buyer.id}' and status = 'PAID'")
    assert {order_id for (order_id,) in of_buyer} == {*accepted.values(), again.json()["id"]}, "what was refused did not happen, all else did"
    require_sound_money(narrow)
    until(lambda: metrics_of(narrow.client())["ordo_commands_undone"] == 0, "nothing is undone")


def test_repeats_and_reads_are_answered_while_new_commands_are_refused(narrow: Stack, buyer: User) -> None:
    done = buyer.order(PRICE, Idempotency_Key="done before", Prefer="wait=10").expect(201).json()["id"]
    buyer.await_status(done, "PAID")
    time.sleep(1.1)  # the gateway has forgotten it by then, and asks the read model
    with narrow.paused("orders"):
        accepted, _ = order_until_refused(buyer)
        key, first = list(accepted.items())[-1]
        for repeated, order_id in (("done before", done), (key, first)):
            answer = buyer.order(PRICE, Idempotency_Key=repeated).expect(202)
            assert answer.json()["id"] == order_id and answer.headers["Idempotency-Replayed"] == "true"
        assert buyer.order(2 * PRICE, Idempotency_Key=key).expect(422).json()["code"] == "idempotency_key_reused"
        assert buyer.order_of(done)["status"] == "PAID"
        await_refusal(lambda: buyer.order(PRICE))
    await_finished(narrow, accepted.values())


def test_a_read_model_that_stands_still_keeps_nobody_from_ordering(narrow: Stack, buyer: User) -> None:
    with narrow.paused("projections"):
        accepted, refusal = order_until_refused(buyer)
        assert_overloaded(refusal)
        until(lambda: {buyer.order(PRICE).status, buyer.order(PRICE).status} == {202}, "it is seen to stand still", 30, every_s=0.5)
        more = [buyer.order(PRICE).expect(202).json()["id"] for _ in range(2 * UNDONE_MAX)]
    await_finished(narrow, [*accepted.values(), *more])
    require_sound_money(narrow)
