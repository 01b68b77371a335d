"""`Prefer: wait`: the outcome as soon as there is one, 202 when time is up, and a place for everybody who waits."""

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from statistics import quantiles
from typing import Any

import pytest
from client import Client
from crowd import Asked, Crowd
from people import User, basket, new_user
from stack import Stack, until
from test_metrics import metrics_of

CROWD = 1_000
LONG = bool(os.environ.get("ORDO_TEST_LONG"))


def orders_of(user: User, count: int, wait_s: int) -> list[Asked]:
    """Each of them can be told from all others by its price and by its correlation id."""
    return [Asked("/api/orders", basket(number + 1), {"Authorization": f"Bearer {user.token}", "Prefer": f"wait={wait_s}",
                                                      "X-Correlation-Id": f"{user.name}-{number}"}) for number in range(count)]


def gateway_figures(stack: Stack) -> dict[str, float]:
    with Client(stack.address["ORDO_GATEWAY_URL"]) as client:
        return metrics_of(client)


def waiting(stack: Stack) -> float:
    return gateway_figures(stack)["ordo_waiting_clients"]


def connections(stack: Stack) -> tuple[int, int]:
    """The gateway's, to Postgres and to NATS."""
    with urllib.request.urlopen(stack.address["ORDO_NATS_MONITOR_URL"] + "/connz?limit=1000", timeout=10) as answer:
        nats = sum("gateway" in each.get("name", "") for each in json.load(answer)["connections"])
    return stack.number("select count(*) from pg_stat_activity where application_name like 'ordo-gateway%'"), nats


@contextmanager
def undecided(stack: Stack) -> Iterator[None]:
    with stack.paused("orders"):
        yield


@pytest.fixture(scope="module")
def buyer(stack: Stack) -> User:
    return new_user(stack, money=1_000_000)


@pytest.fixture(scope="module")
def rich(frail_stack: Stack) -> User:
    return new_user(frail_stack, money=10_000_000)


def decided_at(user: User, order_id: str) -> float:
    """Seconds since the epoch, as the log has it."""
    history = user.get(f"/api/orders/{order_id}/history").expect(200).json()["items"]
    return datetime.fromisoformat(next(event["time"] for event in history if event["type"] == "OrderUpdateMessage.v1")).timestamp()


def test_an_answer_comes_within_moments_of_the_outcome(buyer: User) -> None:
    told: list[tuple[str, float]] = []
    for _ in range(100):
        answer = buyer.order(1, Prefer="wait=10").expect(201)
        told.append((answer.json()["id"], time.time()))
        last = answer
    buyer.get(last.headers["Location"], Ordo_After=last.headers["Ordo-Position"]).expect(200)
    late_ms = sorted(1_000 * (at - decided_at(buyer, order_id)) for order_id, at in told)
    percentiles = quantiles(late_ms, n=100)
    print(f"answered after the event's time: p50 {percentiles[49]:.1f} ms, p99 {percentiles[98]:.1f} ms, most {late_ms[-1]:.1f} ms")
    assert percentiles[49] < 200, late_ms


@pytest.mark.parametrize("address", ["ORDO_URL", "ORDO_GATEWAY_URL"])
def test_a_thousand_who_wait_at_once_are_each_told_their_own_outcome_and_cost_no_thread_and_no_connection(
        frail_stack: Stack, rich: User, address: str) -> None:
    rich.order(1, Prefer="wait=10").expect(201)
    before, (postgres_before, nats_before) = gateway_figures(frail_stack), connections(frail_stack)
    with Crowd(frail_stack.address[address], orders_of(rich, CROWD, 30)) as crowd:
        with undecided(frail_stack):
            until(lambda: waiting(frail_stack) == CROWD, "all of them wait", 25)
            during, (postgres, nats) = gateway_figures(frail_stack), connections(frail_stack)
        asked = crowd.answered(60)
    print(f"threads {before['process_threads']:.0f} before, {during['process_threads']:.0f} while {CROWD} wait; "
          f"connections to Postgres {postgres_before} and {postgres}, to NATS {nats_before} and {nats}; "
          f"the last one was answered after {max(one.took_s for one in asked):.1f} s")
    assert during["process_threads"] == before["process_threads"]
    assert postgres <= 16 and nats == nats_before
    assert {one.status for one in asked} == {201}
    require_own_answers(asked)
    assert len({one.answer["id"] for one in asked}) == CROWD


def require_own_answers(asked: list[Asked]) -> None:
    for one in asked:
        assert one.answer["items"][0]["unit_price"] == one.body["items"][0]["unit_price"]
        assert one.answer_headers["x-correlation-id"] == one.headers["X-Correlation-Id"]


def test_a_thousand_whose_owner_does_not_answer_hear_202_in_time(frail_stack: Stack, rich: User) -> None:
    with undecided(frail_stack):
        with Crowd(frail_stack.address["ORDO_URL"], orders_of(rich, CROWD, 3)) as crowd:
            asked = crowd.answered(60)
        assert {one.status for one in asked} == {202}
        assert all(one.answer_headers["retry-after"] == "1" for one in asked)
        assert not any("preference-applied" in one.answer_headers for one in asked)
        took = sorted(one.took_s for one in asked)
        print(f"answered 202 after {took[0]:.2f} to {took[-1]:.2f} s, of 3 s")
        assert 3 <= took[0] and took[-1] < 13
        require_own_answers(asked)
        assert waiting(frail_stack) == 0
    # Decided when the time was up: it is decided all the same.
    rich.await_status(asked[0].answer["id"], "PAID", limit_s=60)


def test_whoever_hangs_up_gives_his_place_up(frail_stack: Stack, rich: User) -> None:
    with undecided(frail_stack), Crowd(frail_stack.address["ORDO_GATEWAY_URL"], orders_of(rich, 50, 30)) as crowd:
        until(lambda: waiting(frail_stack) == 50, "they wait", 20)
        crowd.leave()
        until(lambda: waiting(frail_stack) == 0, "nobody waits any more", 5)


@pytest.mark.parametrize(("prefer", "applied"), [
    (("wait=10",), "wait=10"), (("wait=90",), "wait=30"), (("wait=99999999999999999999",), "wait=30"), (("WAIT = 7",), "wait=7"),
    (('wait="8"',), "wait=8"), (("respond-async, wait=9",), "wait=9"), (("wait=9;strict, return=minimal",), "wait=9"),
    (("respond-async", "wait=6"), "wait=6"), (("wait=abc", "wait=5"), "wait=5"), (("wait=5, wait=20",), "wait=5"),
])
def test_a_preference_that_can_be_followed_is(buyer: User, prefer: tuple[str, ...], applied: str) -> None:
    answer = order_preferring(buyer, prefer)
    assert (answer.status, answer.answer_headers["preference-applied"]) == (201, applied)


@pytest.mark.parametrize("prefer", [
    (), ("",), ("wait=0",), ("wait=abc",), ("wait=-1",), ("wait=+1",), ("wait=1.5",), ("wait=",), ("wait",), ("wait=1 0",), ("await=5",),
    ("respond-async",), ("return=representation, handling=lenient",), ("=5",), (",,;,",), ("respond-async", "handling=strict"),
])
def test_a_preference_that_is_none_is_passed_over(buyer: User, prefer: tuple[str, ...]) -> None:
    answer = order_preferring(buyer, prefer)
    assert answer.status == 202 and "preference-applied" not in answer.answer_headers


def order_preferring(user: User, prefer: tuple[str, ...]) -> Any:
    """With as many Prefer fields as there are preferences."""
    fields = "".join(f"\r\nPrefer: {each}" for each in prefer)
    asked = Asked("/api/orders", basket(1), {"Authorization": f"Bearer {user.token}{fields}"})
    with Crowd(user.url, [asked]) as crowd:
        return crowd.answered(60)[0]


@pytest.mark.skipif(not LONG, reason="it takes half a minute")
def test_nobody_waits_longer_than_thirty_seconds(frail_stack: Stack, rich: User) -> None:
    with undecided(frail_stack):
        began = time.monotonic()
        rich.order(1, Prefer="wait=90").expect(202)
        assert 30 <= time.monotonic() - began < 35
