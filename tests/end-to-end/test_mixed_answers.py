"""Nobody is ever sent the answer that belongs to somebody else, even when half of the clients hang up early."""

import itertools
import json
import os
import subprocess
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from event_stream import EventStream
from following import Follower, assert_whole, letters_in
from people import User, basket
from stack import ROOT, Stack, until
from tokens import reissued

LONG = bool(os.environ.get("ORDO_TEST_LONG"))


@pytest.mark.parametrize(("address", "path", "requests"), [
    pytest.param("ORDO_URL", "/livez", 1_000_000 if LONG else 100_000, id="through the edge"),
    pytest.param("ORDO_GATEWAY_URL", "/livez", 100_000, id="straight at the gateway"),
    pytest.param("ORDO_GATEWAY_URL", "/readyz", 20_000, id="straight at the gateway, answered by another thread"),
])
def test_half_of_the_clients_abort_and_no_answer_is_anothers(stack: Stack, address: str, path: str, requests: int) -> None:
    assert_none_was_anothers(start_asking(stack.address[address], path, requests), requests)


@pytest.mark.parametrize("address", ["ORDO_URL", "ORDO_GATEWAY_URL"])
def test_nobody_gets_anothers_events_or_outcomes_among_clients_who_abort(stack: Stack, make_user: Callable[..., User], address: str) -> None:
    """While half of those who ask hang up, many of them as they wait for an outcome, others open streams, wait too and leave in the middle."""
    requests, url, user = 400_000 if LONG else 40_000, stack.address[address], make_user(money=100_000)
    strangers = [reissued(stack, str(user.token), sub=str(uuid.uuid4())) for _ in range(8)]
    waiter = make_user(money=1_000_000)
    asking = start_asking(url, "/livez", requests, "--post-ratio", "0.05", "--post-path", "/api/orders", "--post-body", json.dumps(basket(1)),
                          "--post-field", f"Authorization: Bearer {waiter.token}", "--post-field", "Content-Type: application/json",
                          "--post-field", "Prefer: wait=5")

    def come_and_go(stranger: int) -> int:
        for count in itertools.count():
            if asking.poll() is not None:
                return count
            correlation_id = f"stream-{stranger}-{count}"
            with EventStream(url, "/api/events", strangers[stranger], correlation_id=correlation_id) as stream:
                if stream.status == 429:  # he comes quicker than his leaving is seen
                    continue
                assert stream.headers["x-correlation-id"] == correlation_id
                assert stream.await_begin().headers["content-type"] == "text/event-stream"
                assert not list(stream.events(limit_s=0.02))
                if count % 2:
                    stream.reset()
        raise AssertionError

    with Follower(url, "/api/events", str(user.token)) as follower, ThreadPoolExecutor(len(strangers)) as pool:
        until(lambda: follower.last_event_id, "the stream has begun")
        coming = [pool.submit(come_and_go, stranger) for stranger in range(len(strangers))]
        orders = []
        while asking.poll() is None:
            orders.append(user.order(1, Prefer="wait=5").expect(201).json()["id"])
        assert min(each.result() for each in coming) > 10
        follower.await_events(lambda events: letters_in(events) == len(orders))
        assert follower.connections == 1
        assert_whole(follower.events, user, orders)
    assert_none_was_anothers(asking, requests)


def start_asking(url: str, path: str, requests: int, *more: str) -> subprocess.Popen[str]:
    program = ROOT / "build/release/tests/end-to-end/mixed_answers"
    return subprocess.Popen(
        [program, "--url", url, "--path", path, "--requests", str(requests), "--concurrency", "64", "--abort-ratio", "0.5", "--seed", "1", *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def assert_none_was_anothers(asking: subprocess.Popen[str], requests: int) -> None:
    said, errors = asking.communicate(timeout=3600)
    assert asking.returncode == 0, said + errors
    told = dict(word.split("=", 1) for word in said.split() if "=" in word)
    assert told["wrong"] == "0"
    assert int(told["answered"]) > 0.4 * requests, said
