"""Whoever is told to stop says so, finishes what it has begun, and is gone within ten seconds."""

import http.client
import re
import signal
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from client import Answer, Client
from event_stream import EventStream
from people import User, new_user
from stack import ROOT, Stack, environment_of, until

ENDS_S = 10
ROLES = ("gateway", "identity", "orders", "billing", "notifications", "projections")


@contextmanager
def stopping(stack: Stack, role: str) -> Iterator[Path]:
    """From SIGTERM to the end of the process, within which the block is over; then until another one serves."""
    fallen = stack.process_id(role)
    process = Path(f"/proc/{fallen}")
    ended_before = (stack.folder / "run.out").read_text().count(f"{role} ended with status 0")
    began = time.monotonic()
    stack.kill(role, signal.SIGTERM)
    yield process
    until(lambda: not process.exists(), f"{role} ends", max(0.1, ENDS_S - (time.monotonic() - began)))
    print(f"{role} ended within {time.monotonic() - began:.1f} s")
    until(lambda: stack.process_id(role) != fallen and stack.is_ready(), f"{role} is back", 60)
    assert (stack.folder / "run.out").read_text().count(f"{role} ended with status 0") == ended_before + 1


def straight(stack: Stack, user: User) -> Client:
    return Client(stack.address["ORDO_GATEWAY_URL"], user.token)


def test_a_gateway_that_stops_is_not_ready_at_once_and_goes_on_serving_who_is_connected(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000)
    parts = urllib.parse.urlsplit(frail_stack.address["ORDO_GATEWAY_URL"])
    with straight(frail_stack, user) as probe, straight(frail_stack, user) as kept:
        probe.get("/readyz").expect(200)
        kept.get("/livez").expect(200)
        with stopping(frail_stack, "gateway"):
            until(lambda: probe.get("/readyz").status == 503, "it says that it is not ready", 5, every_s=0.01)
            not_ready = probe.get("/readyz?verbose").expect(503)
            assert not_ready.headers["Retry-After"]
            assert {"name": "gateway", "state": "stopping", "required": True} in not_ready.json()["checks"]

            def is_refused() -> bool:
                try:
                    http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=5).connect()
                except ConnectionRefusedError:
                    return True
                return False
            until(is_refused, "nobody can connect any more", 5, every_s=0.01)
            last = kept.post("/api/orders", {"items": [{"sku": "a", "quantity": 1, "unit_price": 1}], "currency": "EUR"}, Prefer="wait=5")
            assert last.status == 201
            assert last.headers["Connection"] == "close"


def test_who_waits_at_a_gateway_that_stops_hears_the_outcome_if_it_comes_soon_and_202_if_not(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000)
    answers: list[Answer] = []

    def wait() -> None:
        with user.elsewhere() as own:
            answers.append(own.order(1, Prefer="wait=30"))
    for decided_meanwhile, status in ((True, 201), (False, 202)):
        answers.clear()
        waiting = threading.Thread(target=wait)
        with ExitStack() as until_decided:
            until_decided.enter_context(frail_stack.paused("orders"))
            before = frail_stack.number("select count(*) from read.orders")
            waiting.start()
            until(lambda: frail_stack.number("select count(*) from read.orders") > before, "it is accepted")
            with stopping(frail_stack, "gateway"):
                if decided_meanwhile:
                    until_decided.close()
                waiting.join(ENDS_S)
                assert answers and answers[0].status == status, answers
                assert status == 201 or answers[0].headers["Retry-After"]


def test_an_event_stream_of_a_gateway_that_stops_ends_with_a_word(frail_stack: Stack) -> None:
    user = new_user(frail_stack)
    with EventStream(frail_stack.address["ORDO_URL"], "/api/events", user.token) as stream:
        last = stream.await_begin().last_event_id
        with stopping(frail_stack, "gateway"):
            assert not list(stream.events(limit_s=5))
            assert stream.ended and any("stopping" in comment for comment in stream.comments)
    with EventStream(frail_stack.address["ORDO_URL"], "/api/events", user.token, last) as stream:
        assert stream.await_begin().status == 200


@pytest.mark.parametrize("role", [role for role in ROLES if role != "gateway"])
def test_a_role_that_serves_ends_in_time(frail_stack: Stack, role: str) -> None:
    with stopping(frail_stack, role):
        pass


@pytest.mark.parametrize("away", ["nats", "postgres"])
def test_a_role_that_waits_for_its_servers_ends_in_time(frail_stack: Stack, away: str) -> None:
    with frail_stack.paused(away):
        starting = {role: start(frail_stack, role) for role in ROLES}
        try:
            for role, process in starting.items():
                until(lambda: hears_of_its_end(process), f"{role} has begun")  # noqa: B023
            for process in starting.values():
                process.terminate()
            for role, process in starting.items():
                assert process.wait(ENDS_S) == 0, role
        finally:
            for process in starting.values():
                process.kill()
    until(frail_stack.is_ready, "the stack is ready again", 60)


def start(stack: Stack, role: str) -> subprocess.Popen[bytes]:
    """Another process of the role, which is never ready: what it needs is away."""
    gateway = {"ORDO_GATEWAY_LISTEN": "127.0.0.1:0", "ORDO_CURSOR_SECRET_FILE": str(stack.folder / "secrets/cursors")}
    environment = environment_of(stack.folder, **stack.address, **gateway, ORDO_INSTANCE=f"{role}-late")
    with (stack.folder / "logs" / f"{role}-late.log").open("ab") as log:
        return subprocess.Popen([stack.program(), role], env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=log)


def hears_of_its_end(process: subprocess.Popen[bytes]) -> bool:
    """From then on SIGTERM does not simply kill it: no thread takes it, but for the one that waits for it."""
    for task in Path(f"/proc/{process.pid}/task").glob("*/status"):
        with suppress(OSError):  # the thread has ended
            blocked = re.findall(r"SigBlk:\t(\w+)", task.read_text())
            if int(blocked[0], 16) >> (signal.SIGTERM - 1) & 1:
                return True
    return False


@pytest.mark.parametrize("role", ROLES)
def test_a_role_ends_in_time_while_the_log_hangs(frail_stack: Stack, role: str) -> None:
    process = Path(f"/proc/{frail_stack.process_id(role)}")
    with frail_stack.paused("nats"):
        began = time.monotonic()
        frail_stack.kill(role, signal.SIGTERM)
        until(lambda: not process.exists(), f"{role} ends", ENDS_S)
        print(f"{role} ended within {time.monotonic() - began:.1f} s")
    until(lambda: (frail_stack.folder / "ready" / role).exists() and frail_stack.is_ready(), f"{role} is back", 60)
