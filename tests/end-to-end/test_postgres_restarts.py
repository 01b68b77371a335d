"""Postgres is stopped, or killed, and started again in the middle of all that writes to it: every event is shown exactly once."""

import contextlib
import os
import signal
import subprocess
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from ledger import await_finished, await_shown, require_each_event_shown_once, require_sound_money
from load import make_users
from people import User
from stack import ROOT, Stack, environment_of, until

ORDERS_BEFORE, ORDERS_IN_A_MESSAGE = 20_000, 33  # enough messages for a rebuild to be caught in its middle
STOPPED, KILLED = signal.SIGINT, signal.SIGKILL  # the first is its fast shutdown
LONG = pytest.mark.skipif(not os.environ.get("ORDO_TEST_LONG"), reason="only with ORDO_TEST_LONG=1")


@dataclass
class Shop:
    stack: Stack
    users: list[User]


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """A stack with a long past, and people who go on ordering in it."""
    stack = Stack(first=("services",))
    try:
        stack.ordo("setup")
        program = os.environ.get("ORDO_FILL_LOG", ROOT / "build/release/tests/bench/fill_log")
        subprocess.run([program, stack.address["ORDO_NATS_URL"], "orders", str(ORDERS_BEFORE), str(ORDERS_IN_A_MESSAGE)],
                       check=True, timeout=300)
        stack.ordo("projections", "rebuild", limit_s=600)
        stack.stop()
        stack.start()
        yield Shop(stack, make_users(stack, 4))
    finally:
        stack.remove()


@contextlib.contextmanager
def ordering(users: list[User]) -> Iterator[list[str]]:
    """Everybody orders again and again until the block ends; answers the ids of what was accepted."""
    accepted: list[str] = []
    done = threading.Event()

    def order(user: User) -> None:
        with user.elsewhere() as own:
            while not done.wait(0.05):
                answer = own.order(10, Idempotency_Key=str(uuid.uuid4()))
                assert answer.status in (202, 503), answer.body
                if answer.status == 202:
                    accepted.append(answer.json()["id"])
    with ThreadPoolExecutor(len(users)) as pool:
        ordered = [pool.submit(order, user) for user in users]
        try:
            yield accepted
        finally:
            done.set()
    for each in ordered:
        each.result()


def restart_postgres(stack: Stack, number: signal.Signals) -> None:
    """./run starts again whatever has ended."""
    fallen = stack.process_id("postgres")
    stack.kill("postgres", number)
    until(lambda: stack.process_id("postgres") != fallen, "Postgres is started again", 60)
    until(stack.is_ready, "the stack is ready again", 60)


def require_each_event_once(shop: Shop, accepted: list[str]) -> None:
    await_finished(shop.stack, accepted)
    await_shown(shop.stack)
    require_sound_money(shop.stack)
    require_each_event_shown_once(shop.stack)


@pytest.mark.parametrize("number", [pytest.param(STOPPED, marks=LONG), KILLED])
def test_live_projectors_go_on_where_they_were_when_postgres_is_back(shop: Shop, number: signal.Signals) -> None:
    with ordering(shop.users) as accepted:
        for _ in range(2):
            count = len(accepted)
            until(lambda: len(accepted) > count + 20, "orders come in", 60)
            restart_postgres(shop.stack, number)
        count = len(accepted)
        until(lambda: len(accepted) > count + 20, "orders come in again", 60)
    require_each_event_once(shop, accepted)


def stage(stack: Stack) -> str:
    there = stack.psql("select to_regclass('read_next.schema_version') is not null") == [["t"]]
    return stack.psql("select stage from read_next.schema_version")[0][0] if there else ""


def is_in_the_middle(stack: Stack, moment: str) -> bool:
    if stage(stack) != moment:
        return False
    return moment != "bare" or stack.number("select coalesce(sum(sequence), 0)::bigint from read_next.checkpoints") > 500


def begin_rebuild(stack: Stack) -> subprocess.Popen[str]:
    return subprocess.Popen([stack.program(), "projections", "rebuild"], env=environment_of(stack.folder, **stack.address), cwd=ROOT,
                            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("number", "moment"), [(KILLED, "bare"), (STOPPED, "finishing"), pytest.param(STOPPED, "bare", marks=LONG),
                                                pytest.param(KILLED, "finishing", marks=LONG)])
def test_a_rebuild_goes_on_when_postgres_is_back(shop: Shop, number: signal.Signals, moment: str) -> None:
    stack = shop.stack
    with ordering(shop.users) as accepted:
        running = begin_rebuild(stack)
        until(lambda: is_in_the_middle(stack, moment) or running.poll() is not None, f"the rebuild is {moment}", 120, every_s=0.01)
        assert running.poll() is None, "it was over before it could be disturbed"
        restart_postgres(stack, number)
        _, said = running.communicate(timeout=600)
        if running.returncode != 0:
            assert "run it again" in said, said
            running = begin_rebuild(stack)
            _, said = running.communicate(timeout=600)
        assert running.returncode == 0, said
    assert "rebuilt from" in said
    require_each_event_once(shop, accepted)
