"""Server-sent events: each event once, in order, to whom it belongs; through the edge and straight at the gateway."""

import time
import uuid
from collections.abc import Callable

import pytest
from event_stream import EventStream
from following import Follower, assert_whole, letters_in
from people import User, basket
from stack import Stack, until
from tokens import reissued

ADDRESSES = [pytest.param("ORDO_URL", id="through the edge"), pytest.param("ORDO_GATEWAY_URL", id="straight at the gateway")]
A_STREAM_IS_SLOW_S = 15


def is_letter(event: object) -> bool:
    return str(getattr(event, "type", "")).startswith("NotificationSent")


def ordered(user: User) -> str:
    """An order that can be read; its payment and its letter may be yet to come."""
    answer = user.order(10).expect(202)
    user.get(answer.headers["Location"], Ordo_After=answer.headers["Ordo-Position"]).expect(200)
    return str(answer.json()["id"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_order_is_told_from_its_command_to_its_letter_as_its_history_shows_it(stack: Stack, user: User, address: str) -> None:
    order = ordered(user)
    with EventStream(stack.address[address], f"/api/orders/{order}/events", user.token) as stream:
        assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream")
        events = stream.until(is_letter)
    assert_whole(events, user, [order])


@pytest.mark.parametrize("address", ADDRESSES)
def test_whoever_comes_again_is_told_what_follows_the_last_event_and_nothing_else(stack: Stack, user: User, address: str) -> None:
    order = ordered(user)
    path = f"/api/orders/{order}/events"
    with EventStream(stack.address[address], path, user.token) as stream:
        whole = stream.until(is_letter)
    for had, event in enumerate(whole[:-1], 1):
        with EventStream(stack.address[address], path, user.token, event.id) as again:
            assert again.until(is_letter) == whole[had:]


@pytest.mark.parametrize("address", ADDRESSES)
def test_whoever_is_cut_off_before_the_first_event_has_an_id_to_go_on_from(stack: Stack, user: User, address: str) -> None:
    before = ordered(user)
    with EventStream(stack.address[address], f"/api/orders/{before}/events", user.token) as stream:
        stream.until(is_letter)
    with EventStream(stack.address[address], "/api/events", user.token) as stream:
        begun = stream.await_begin().last_event_id
    order = ordered(user)
    with EventStream(stack.address[address], "/api/events", user.token, begun) as stream:
        assert_whole(stream.until(is_letter), user, [order])


def test_everybody_is_told_of_his_own_orders_only_an_admin_too(stack: Stack, make_user: Callable[..., User]) -> None:
    anna, boris = make_user(money=1_000), make_user(money=1_000)
    admin = reissued(stack, str(anna.token), sub=str(uuid.uuid4()), roles=["user", "admin"])
    url = stack.address["ORDO_URL"]
    with (EventStream(url, "/api/events", anna.token).await_begin() as hers, EventStream(url, "/api/events", boris.token).await_begin() as his,
          EventStream(url, "/api/events", admin).await_begin() as admins):
        order_of_boris = ordered(boris)
        order_of_anna = ordered(anna)
        assert_whole(hers.until(is_letter), anna, [order_of_anna])
        assert_whole(his.until(is_letter), boris, [order_of_boris])
        assert not list(admins.events(limit_s=0.5))
    with EventStream(url, f"/api/orders/{order_of_anna}/events", admin) as stream:
        assert_whole(stream.until(is_letter), anna, [order_of_anna])


@pytest.mark.parametrize("address", ADDRESSES)
def test_somebody_elses_order_is_answered_as_one_that_is_not_there(stack: Stack, make_user: Callable[..., User], address: str) -> None:
    anna, boris = make_user(money=1_000), make_user()
    order = ordered(anna)
    problems = []
    for named in (order, str(uuid.uuid4()), "nonsense"):
        with EventStream(stack.address[address], f"/api/orders/{named}/events", boris.token) as stream:
            assert stream.status == 404
            problems.append(stream.problem() | {"correlation_id": ""})
    assert problems[0] == problems[1] == problems[2]
    with EventStream(stack.address[address], f"/api/orders/{order}/events", None) as stream:
        assert stream.status == 401


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_id_that_is_not_of_this_stream_is_refused(stack: Stack, make_user: Callable[..., User], address: str) -> None:
    anna, boris = make_user(money=1_000), make_user(money=1_000)
    url, first, second = stack.address[address], ordered(anna), ordered(anna)
    with EventStream(url, f"/api/orders/{first}/events", anna.token) as stream:
        own = str(stream.await_begin().last_event_id)
    with EventStream(url, "/api/events", boris.token) as stream:
        his = str(stream.await_begin().last_event_id)
    tampered = own[:-3] + ("A" if own[-3] != "A" else "B") + own[-2:]
    wrong = [(f"/api/orders/{second}/events", own), ("/api/events", own), ("/api/events", his), ("/api/events", "x" * 4000),
             *((f"/api/orders/{first}/events", text) for text in (tampered, own[:-1], own + "A", "1", "0.0 0.0 0.0", ""))]
    for path, last_event_id in wrong:
        with EventStream(url, path, anna.token, last_event_id) as stream:
            assert (stream.status, stream.problem()["code"]) == (400, "invalid_event_id"), (path, last_event_id)
    with EventStream(url, f"/api/orders/{first}/events", anna.token, own, method="HEAD") as stream:
        assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream")


def test_a_stream_of_an_order_that_is_not_there_yet_waits_for_the_position_that_is_named(stack: Stack, user: User) -> None:
    for _ in range(20):
        answer = user.order(10)
        head = user.send("HEAD", f"/api/orders/{answer.json()['id']}/events", headers={"Ordo-After": answer.headers["Ordo-Position"]})
        assert head.status == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_user_has_ten_streams_and_one_more_for_each_that_is_closed(stack: Stack, make_user: Callable[..., User], address: str) -> None:
    user, url = make_user(), stack.address[address]
    streams = [EventStream(url, "/api/events", user.token).await_begin() for _ in range(10)]
    with EventStream(url, "/api/events", user.token) as stream:
        assert (stream.status, stream.problem()["code"]) == (429, "rate_limited")
        assert int(stream.headers["retry-after"]) > 0
    streams[3].close()

    def is_let_in() -> bool:
        with EventStream(url, "/api/events", user.token) as stream:
            return stream.status == 200

    until(is_let_in, "the seat is free", 5)
    for stream in streams:
        stream.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stream_ends_with_its_token(stack: Stack, user: User, address: str) -> None:
    expires = int(time.time()) + 3
    with EventStream(stack.address[address], "/api/events", reissued(stack, str(user.token), exp=expires)) as stream:
        stream.await_begin()
        assert not list(stream.events(limit_s=20))
        assert stream.ended
        assert expires - 1 < time.time() < expires + 3
        assert "expired" in stream.comments[-1]


@pytest.mark.parametrize("address", ADDRESSES)
def test_where_nothing_happens_a_comment_comes_every_fifteen_seconds(stack: Stack, user: User, address: str) -> None:
    with EventStream(stack.address[address], "/api/events", user.token) as stream:
        stream.await_begin()
        assert not list(stream.events(limit_s=17))
        assert (len(stream.comments), stream.ended) == (1, False)


def test_a_slow_reader_is_dropped_and_keeps_nobody_waiting(stack: Stack, make_user: Callable[..., User]) -> None:
    user, url = make_user(money=100_000), stack.address["ORDO_GATEWAY_URL"]
    large = basket(1)
    large["items"] = [large["items"][0] | {"name": f"{number} {'long ' * 30}"} for number in range(100)]
    slow = EventStream(url, "/api/events", user.token, receive_bytes=4096)
    begun_at = time.monotonic()
    with Follower(url, "/api/events", str(user.token)) as quick:
        until(lambda: quick.last_event_id or quick.connections, "the quick one is there")
        orders = [user.post("/api/orders", large).json()["id"] for _ in range(40)]
        quick.await_events(lambda events: letters_in(events) == len(orders))
        assert time.monotonic() - begun_at < A_STREAM_IS_SLOW_S, "the quick one waited for the slow one"
        assert quick.connections == 1
        assert_whole(quick.events, user, orders)
        until(lambda: not slow.is_held(), "the slow one is dropped", A_STREAM_IS_SLOW_S + 10)
    read_at_last = list(slow.events(limit_s=10))
    assert slow.ended
    assert letters_in(read_at_last) < len(orders)
    slow.close()
