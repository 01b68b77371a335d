"""Whoever reads with the position of his command sees it, however many do so at once."""

import concurrent.futures
import itertools
import os

from load import make_users
from people import User
from stack import Stack

ORDERS = 10_000 if os.environ.get("ORDO_TEST_LONG") else 1_000
AT_ONCE = 32


def read_own_orders(user: User, orders: int, wait: bool) -> list[str]:
    """Which reads came too late or showed too little: of none, after none."""
    stale = []
    for number in range(orders):
        headers = {"Prefer": "wait=5"} if wait else {}
        answer = user.order(1, **headers)
        assert answer.status in (201, 202), answer.body
        seen = user.get(f"/api/orders/{answer.json()['id']}", Ordo_After=answer.headers["Ordo-Position"])
        least = ("PAID",) if answer.status == 201 else ("NEW", "PENDING", "PAID")
        if seen.status != 200 or seen.json()["status"] not in least:
            stale.append(f"{number}: {answer.status}, then {seen.status} {seen.body[:200]!r}")
    return stale


def read_at_once(stack: Stack, wait: bool) -> list[str]:
    users = make_users(stack, AT_ONCE)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        stale = pool.map(read_own_orders, users, itertools.repeat(ORDERS // AT_ONCE + 1), itertools.repeat(wait))
        return list(itertools.chain.from_iterable(stale))


def test_a_read_with_the_position_of_a_202_shows_the_order(stack: Stack) -> None:
    assert read_at_once(stack, wait=False) == []


def test_a_read_with_the_position_of_a_final_answer_shows_it_paid(stack: Stack) -> None:
    assert read_at_once(stack, wait=True) == []
