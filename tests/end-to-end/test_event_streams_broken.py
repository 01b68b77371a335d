"""Event streams over whatever breaks: no gap, no repeat, order kept."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException

import pytest
from event_stream import EventStream
from following import Follower, assert_whole, letters_in
from people import User, new_user
from stack import Stack, until

LIMIT_S = 90


@contextmanager
def ordering(user: User, every_s: float = 0.05) -> Iterator[list[str]]:
    """Orders come in without a pause, whatever happens; each is asked for until it is answered, so that none is unknown."""
    orders: list[str] = []
    stopping = threading.Event()

    def order_on() -> None:
        mine = user.elsewhere()
        answered = True
        while not stopping.wait(every_s) or not answered:
            try:
                answer = mine.order(1, Idempotency_Key=f"{user.name}-{len(orders)}")
                answered = answer.status == 202
            except (OSError, HTTPException):
                answered = False
            if answered:
                orders.append(answer.json()["id"])

    thread = threading.Thread(target=order_on, daemon=True)
    thread.start()
    try:
        yield orders
    finally:
        stopping.set()
        thread.join(60)


def follow_through(stack: Stack, user: User, address: str, disturb: Callable[[Callable[[int], None]], object]) -> Follower:
    """Follows all that is the user's while orders come in and `disturb` does its worst; all of it must have come in the end. What the
    disturber is given waits for so many letters more."""
    with Follower(stack.address[address], "/api/events", str(user.token)) as follower:
        until(lambda: follower.last_event_id, "the stream has begun")

        def await_more(count: int) -> None:
            before = letters_in(follower.events)
            follower.await_events(lambda events: letters_in(events) >= before + count, LIMIT_S)

        with ordering(user) as orders:
            await_more(3)
            disturb(await_more)
            await_more(3)
        follower.await_events(lambda events: letters_in(events) >= len(orders), LIMIT_S)
        assert_whole(follower.events, user, orders)
    return follower


@pytest.mark.parametrize(("role", "address"), [("gateway", "ORDO_URL"), ("gateway", "ORDO_GATEWAY_URL"), ("nginx", "ORDO_URL")])
def test_who_is_cut_off_because_a_server_is_killed_misses_nothing(frail_stack: Stack, role: str, address: str) -> None:
    user = new_user(frail_stack, money=1_000_000)

    def disturb(await_more: Callable[[int], None]) -> None:
        for _ in range(2):
            frail_stack.kill_and_await_return(role)
            await_more(1)

    assert follow_through(frail_stack, user, address, disturb).connections >= 3


def test_a_gateway_that_stops_in_order_says_so_and_the_client_goes_on_elsewhere(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000_000)

    def disturb(await_more: Callable[[int], None]) -> None:
        stopping = frail_stack.process_id("gateway")
        frail_stack.kill("gateway", signal.SIGTERM)
        until(lambda: frail_stack.process_id("gateway") != stopping, "./run starts the gateway again", 30)
        await_more(1)

    follower = follow_through(frail_stack, user, "ORDO_URL", disturb)
    assert any("stopping" in comment for comment in follower.comments), follower.comments


@pytest.mark.parametrize("role", ["projections", "postgres"])
def test_a_read_model_that_is_away_for_a_while_costs_no_event(frail_stack: Stack, role: str) -> None:
    user = new_user(frail_stack, money=1_000_000)
    follow_through(frail_stack, user, "ORDO_URL", lambda _: frail_stack.kill_and_await_return(role))


def test_a_swap_of_the_projections_and_its_roll_back_bring_neither_gap_nor_repeat(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000_000)

    def disturb(await_more: Callable[[int], None]) -> None:
        frail_stack.ordo("projections", "rebuild")
        await_more(1)
        frail_stack.ordo("projections", "rollback", "--reason", "a test")
        await_more(1)

    assert follow_through(frail_stack, user, "ORDO_URL", disturb).connections == 1


def test_a_connection_that_breaks_after_every_few_events_brings_neither_gap_nor_repeat(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000_000)
    url = frail_stack.address["ORDO_URL"]
    with EventStream(url, "/api/events", user.token) as stream:
        last = stream.await_begin().last_event_id
    events = []
    with ordering(user, every_s=0.01) as orders:
        for connection in range(60):
            with EventStream(url, "/api/events", user.token, last) as stream:
                for event in stream.events(limit_s=0.3):
                    events.append(event)
                    last = event.id
                    if len(events) % 7 == connection % 7:
                        break
    with EventStream(url, "/api/events", user.token, last) as stream:
        for event in stream.events(limit_s=60):
            events.append(event)
            if letters_in(events) == len(orders):
                break
    assert_whole(events, user, orders)
