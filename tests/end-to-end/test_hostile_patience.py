"""Clients that take their time, or come in crowds: each has a limit, and nobody else waits for them."""

import contextlib
import os
import socket
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from client import Client
from raw_http import answers, connected, crowd, exchange, require_safe
from stack import Stack, children_of, until
from test_hostile_heads import FIELDS, HOST, REQUEST_LINES
from test_hostile_lengths import DOUBTFUL, post

pytestmark = pytest.mark.usefixtures("nobody_falls")

LONG = bool(os.environ.get("ORDO_TEST_LONG"))
SLACK_S = 8.0  # a busy machine
LIMITS_S = {"gateway": 15.0, "nginx": 10.0}  # README of gateway/http; docker/nginx.conf.template
IDLE_LIMIT_S = 75.0
DROP_EVERY_S = 0.5
CROWD = 1_500
FEW = 16  # connections between nginx and the gateway come and go by themselves
SERVED_WITHIN_S = 10.0
ROUNDS_FIRST, ROUNDS = 2, 30 if LONG else 4
GROWTH_MAX_MB = 8.0


@pytest.fixture
def name_of_door(door: str, stack: Stack) -> str:
    return "nginx" if door == stack.address["ORDO_URL"] else "gateway"


def dropped(connection: socket.socket, first: bytes, drop: Callable[[], bytes]) -> tuple[float, bytes]:
    """Sends `first`, then a drop now and then, until the server ends it; how long that took, and what it said."""
    begun, received = time.monotonic(), b""
    connection.sendall(first)
    connection.settimeout(DROP_EVERY_S)
    while time.monotonic() - begun < 2 * IDLE_LIMIT_S:
        try:
            if not (chunk := connection.recv(65536)):
                break
            received += chunk
        except TimeoutError:
            with contextlib.suppress(ConnectionError):
                connection.sendall(drop())
        except ConnectionError:
            break
    return time.monotonic() - begun, received


SLOW = {
    "a head, byte by byte": (b"GET /livez HTTP/1.1\r\nHost: a\r\nX: ", b"a"),
    "fields, one after another": (b"GET /livez HTTP/1.1\r\nHost: a\r\n", b"X: a\r\n"),
    "empty lines": (b"\r\n", b"\r\n"),
    "nothing at all": (b"", b""),
    "a body that does not come": (post(b"Content-Length: 20\r\n", b"{"), b""),
}
# nginx measures a body's pauses, not its whole time; what it holds of one address is limited by number.
SLOW_FOR_GATEWAY = {"a body, byte by byte": (post(b"Content-Length: 2000\r\n", b"{"), b" ")}


def test_whoever_is_slow_is_told_so_or_closed_and_holds_up_nobody(name_of_door: str, door: str) -> None:
    slow = SLOW | (SLOW_FOR_GATEWAY if name_of_door == "gateway" else {})

    def endure(what: str) -> tuple[str, float, bytes]:
        first, drop = slow[what]
        with connected(door) as connection:
            return what, *dropped(connection, first, lambda: drop)
    with ThreadPoolExecutor(len(slow)) as pool, Client(door) as other:
        pending = [pool.submit(endure, what) for what in slow]
        while not all(future.done() for future in pending):
            other.get("/livez").expect(200)
            time.sleep(DROP_EVERY_S)
        for what, took, received in (future.result() for future in pending):
            assert took < LIMITS_S[name_of_door] + SLACK_S, (what, took)
            for answer in answers(received):
                require_safe(answer)
                assert answer.status == 408, (what, answer)


@pytest.mark.skipif(not LONG, reason="takes minutes: --long")
def test_whoever_does_not_read_or_does_not_ask_again_is_let_go(name_of_door: str, door: str, stack: Stack) -> None:
    processes = readers_of(name_of_door, stack)
    with Client(door) as other:
        other.get("/livez").expect(200)
    before = descriptors_of(processes)
    with connected(door, receive_bytes=4096) as unread, connected(door) as idle:
        unread.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 200)
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        until(lambda: descriptors_of(processes) <= before, "both are closed", IDLE_LIMIT_S + SLACK_S, every_s=1)


def test_a_crowd_that_says_nothing_keeps_nobody_out(door: str) -> None:
    with crowd(door, CROWD):
        begun = time.monotonic()
        with Client(door) as other:
            other.get("/livez").expect(200)
        assert time.monotonic() - begun < SERVED_WITHIN_S
    with Client(door) as other:
        other.get("/livez").expect(200)


def test_a_crowd_that_leaves_in_the_middle_of_everything_leaves_nothing_behind(name_of_door: str, door: str, stack: Stack) -> None:
    def come_and_go(number: int) -> None:
        with contextlib.suppress(ConnectionError), connected(door) as connection:
            connection.sendall(post(b"Content-Length: 20\r\n", b"{" * (number % 20)) if number % 2 else b"GET /livez HT")
            if number % 3:  # with a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    processes = readers_of(name_of_door, stack)
    with Client(door) as other:
        other.get("/livez").expect(200)
    before = descriptors_of(processes)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(come_and_go, range(2 * CROWD)))
    until(lambda: descriptors_of(processes) <= before + FEW, "every connection is closed on our side, too", LIMITS_S["gateway"] + SLACK_S)


def readers_of(name_of_door: str, stack: Stack) -> list[int]:
    """The processes that hold the connections of a door."""
    process = stack.process_id(name_of_door)
    return children_of(process) if name_of_door == "nginx" else [process]


def descriptors_of(processes: list[int]) -> int:
    return sum(len(list(Path(f"/proc/{process}/fd").iterdir())) for process in processes)


def megabytes_of(processes: list[int]) -> float:
    pages = sum(int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in processes)
    return pages * os.sysconf("SC_PAGESIZE") / 1_000_000


def test_whatever_was_sent_a_hundred_times_memory_is_what_it_was(door: str, stack: Stack) -> None:
    processes = [stack.process_id("gateway"), *children_of(stack.process_id("nginx"))]
    requests = [request for request, _ in REQUEST_LINES.values()]
    requests += [request for what, request in DOUBTFUL.items() if "gigabyte" not in what]  # nginx waits 5 s for more of it
    requests += [b"GET /livez HTTP/1.1\r\n" + HOST + fields + b"\r\n" for fields, _ in FIELDS.values()]

    def everything_once() -> float:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda request: exchange(door, request, last_word=True), requests))
        return megabytes_of(processes)
    for _ in range(ROUNDS_FIRST):
        settled = everything_once()
    for _ in range(ROUNDS):
        now = everything_once()
    assert now - settled < GROWTH_MAX_MB, (settled, now)
