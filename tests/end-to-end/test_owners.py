"""Two instances of every role share the partitions; whichever falls, sleeps, stops or joins, every order is decided once."""

import signal
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from ledger import await_finished, await_one_letter_each, require_each_event_shown_once, require_sound_money
from load import make_users, place_orders
from people import User
from stack import ROOT, Stack, environment_of, until

SHARING = ("orders", "billing", "notifications", "projections")
PARTITIONS = 4
LEASE_S = 6  # after so long a silence a lease is taken
RECOVERED_S = 10
HANDED_OVER_S = LEASE_S - 2  # not by waiting for it to be over
EDGE_SERVES_S = 5  # nginx's own default would refuse everybody for ten


@pytest.fixture(scope="module")
def pair() -> Iterator[Stack]:
    """Shared by the tests of this file; each leaves it with two instances of every role, which share evenly."""
    shared = Stack(ORDO_INSTANCES="2")
    yield shared
    shared.remove()


@pytest.fixture(scope="module")
def users(pair: Stack) -> list[User]:
    """Enough of them that every partition has some."""
    return make_users(pair, 12)


def owners(stack: Stack, role: str) -> dict[int, str]:
    """Partition → the instance that owns it, as `ordo status` shows it; those that nobody owns are left out."""
    return {row["partition"]: row["owner"] for row in stack.status() if row.get("role") == role and "owner" in row}


def shares(stack: Stack, role: str) -> list[int]:
    return sorted(Counter(owners(stack, role).values()).values())


def await_even(stack: Stack, role: str, *expected: int, limit_s: float = 20) -> None:
    until(lambda: shares(stack, role) == list(expected), f"{role} is shared {expected}", limit_s, every_s=0.1)


def order_for_each(users: list[User]) -> tuple[list[str], list[str]]:
    """One order of every user: their ids and correlation ids."""
    placed = [(user.order(100, Idempotency_Key=str(uuid.uuid4())).expect(202)) for user in users]
    return [answer.json()["id"] for answer in placed], [answer.headers["X-Correlation-Id"] for answer in placed]


def await_paid(users: list[User], order_ids: list[str], limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    for user, order_id in zip(users, order_ids):
        user.await_status(order_id, "PAID", limit_s=max(deadline - time.monotonic(), 0.1))


@contextmanager
def another(stack: Stack, role: str, name: str, ends: tuple[int, ...] = (0, -signal.SIGKILL)) -> Iterator[subprocess.Popen[bytes]]:
    """One more instance of a role than ./run has started, until the block ends, or somebody ends it; nobody starts it again."""
    environment = environment_of(stack.folder, **stack.address, ORDO_INSTANCE=name)
    with (stack.folder / "logs" / f"{name}.log").open("ab") as log:
        process = subprocess.Popen([stack.address["ORDO_BINARY"], role], env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(20) in ends


def test_two_instances_of_every_role_share_the_partitions_evenly_and_orders_flow(pair: Stack, users: list[User]) -> None:
    for role in SHARING:
        await_even(pair, role, 2, 2)
    placed = place_orders(users, 60, seed=11)
    await_finished(pair, [order.order_id for order in placed])
    await_one_letter_each(pair, [order.correlation_id for order in placed])
    require_sound_money(pair)
    for role in SHARING:
        assert shares(pair, role) == [2, 2], "nothing moves while nobody comes or goes"


def letters_and_money_are_right(stack: Stack, order_ids: list[str], correlation_ids: list[str]) -> None:
    await_finished(stack, order_ids)
    await_one_letter_each(stack, correlation_ids, repeats=True)
    require_sound_money(stack)


@pytest.mark.parametrize("role", SHARING)
def test_what_an_instance_served_that_was_killed_for_good_is_served_within_ten_seconds(pair: Stack, users: list[User], role: str) -> None:
    with another(pair, role, f"{role}-3") as victim:
        await_even(pair, role, 1, 1, 2)
        victim.kill()
        order_ids, correlation_ids = order_for_each(users)
        await_paid(users, order_ids, RECOVERED_S)
    letters_and_money_are_right(pair, order_ids, correlation_ids)
    await_even(pair, role, 2, 2)


def test_an_instance_that_is_killed_and_started_again_goes_on_at_once(pair: Stack, users: list[User]) -> None:
    fallen, before = pair.process_id("orders-1"), owners(pair, "orders")
    pair.kill("orders-1")
    order_ids, correlation_ids = order_for_each(users)
    await_paid(users, order_ids, LEASE_S - 1)
    assert pair.process_id("orders-1") != fallen
    until(lambda: owners(pair, "orders") == before, "it owns what it owned", LEASE_S)
    letters_and_money_are_right(pair, order_ids, correlation_ids)


@pytest.mark.parametrize("role", SHARING)
def test_an_instance_that_is_stopped_hands_over_at_once(pair: Stack, users: list[User], role: str) -> None:
    with another(pair, role, f"{role}-3") as leaver:
        await_even(pair, role, 1, 1, 2)
        leaver.terminate()
        began = time.monotonic()
        await_even(pair, role, 2, 2, limit_s=5)
        took = time.monotonic() - began
        assert took < HANDED_OVER_S, f"{took:.2f} s"
        order_ids, correlation_ids = order_for_each(users)
        await_paid(users, order_ids, 3)
    letters_and_money_are_right(pair, order_ids, correlation_ids)


@pytest.mark.parametrize("role", SHARING)
def test_an_owner_that_sleeps_for_longer_than_its_lease_is_replaced_and_harms_nobody_when_it_wakes(
        pair: Stack, users: list[User], role: str) -> None:
    sleeper, other = f"{role}-1", f"{role}-2"
    with pair.paused(sleeper):
        order_ids, correlation_ids = order_for_each(users)
        await_paid(users, order_ids, RECOVERED_S)
        until(lambda: set(owners(pair, role).values()) == {other}, f"{other} has taken over", RECOVERED_S)
        # What it finds when it wakes: inputs that are decided already, and more to decide.
        more = order_for_each(users)
    again = order_for_each(users)
    await_even(pair, role, 2, 2)
    for ids, correlations in (more, again):
        order_ids += ids
        correlation_ids += correlations
    letters_and_money_are_right(pair, order_ids, correlation_ids)
    assert "another instance has taken" in (pair.folder / "logs" / f"{sleeper}.log").read_text()


@pytest.mark.parametrize("role", SHARING)
def test_an_instance_that_is_started_later_takes_its_share(pair: Stack, users: list[User], role: str) -> None:
    with another(pair, role, f"{role}-3"):
        await_even(pair, role, 1, 1, 2, limit_s=5)
        order_ids, correlation_ids = order_for_each(users)
        await_paid(users, order_ids, 5)
    letters_and_money_are_right(pair, order_ids, correlation_ids)
    await_even(pair, role, 2, 2)


def test_two_live_projectors_each_of_which_is_killed_in_the_middle_show_every_event_once(pair: Stack, users: list[User]) -> None:
    def fall(placed: int) -> None:
        if placed in (100, 300):
            pair.kill("projections-1" if placed == 100 else "projections-2")
    placed = place_orders(users, 400, seed=17, after_each=fall)
    await_finished(pair, [order.order_id for order in placed])
    require_sound_money(pair)
    require_each_event_shown_once(pair)
    await_even(pair, "projections", 2, 2)


def test_of_two_processes_with_one_name_the_later_one_goes_on(pair: Stack) -> None:
    with another(pair, "billing", "billing-3", ends=(1,)) as first:
        await_even(pair, "billing", 1, 1, 2)
        with another(pair, "billing", "billing-3"):
            assert first.wait(10) == 1
            await_even(pair, "billing", 1, 1, 2)
        assert "takes its place" in (pair.folder / "logs/billing-3.log").read_text()
    await_even(pair, "billing", 2, 2)


def test_the_edge_serves_as_soon_as_a_gateway_is_back_after_all_have_fallen(pair: Stack) -> None:
    names, served_at, done = ("gateway-1", "gateway-2"), list[float](), threading.Event()

    def ask() -> None:
        while not done.wait(0.03):
            asked_at = time.monotonic()
            if pair.is_ready():
                served_at.append(asked_at)
    with ThreadPoolExecutor(4) as pool:  # so that each process of nginx sees every gateway fail
        for _ in range(4):
            pool.submit(ask)
        try:
            fallen = [pair.process_id(name) for name in names]
            for name in names:
                pair.kill(name)
            until(lambda: all(pair.process_id(name) not in fallen and (pair.folder / "ready" / name).exists() for name in names), "both are back", 30)
            back_at = time.monotonic()
            until(lambda: any(at > back_at for at in served_at), "the edge serves", EDGE_SERVES_S)
        finally:
            done.set()
