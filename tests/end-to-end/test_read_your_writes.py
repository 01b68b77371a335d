"""Whoever reads with the position of his command sees it, however many do so at once."""

import concurrent.futures
import itertools
import os
import time
from dataclasses import dataclass, field

from load import make_users
from people import User
from stack import Stack

ORDERS = 10_000 if os.environ.get("ORDO_TEST_LONG") else 1_000
AT_ONCE = 32


@dataclass
class Reads:
    stale: list[str] = field(default_factory=list)  # came too late or showed too little
    seconds: list[float] = field(default_factory=list)


def read_own_orders(user: User, orders: int, wait: bool) -> Reads:
    reads = Reads()
    for number in range(orders):
        headers = {"Prefer": "wait=5"} if wait else {}
        answer = user.order(1, **headers)
        assert answer.status in (201, 202), answer.body
        asked_at = time.monotonic()
        seen = user.get(f"/api/orders/{answer.json()['id']}", Ordo_After=answer.headers["Ordo-Position"])
        reads.seconds.append(time.monotonic() - asked_at)
        least = ("PAID",) if answer.status == 201 else ("NEW", "PENDING", "PAID")
        if seen.status != 200 or seen.json()["status"] not in least:
            reads.stale.append(f"{number}: {answer.status}, then {seen.status} {seen.body[:200]!r}")
    return reads


def read_at_once(stack: Stack, wait: bool) -> list[str]:
    users = make_users(stack, AT_ONCE)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        all_reads = list(pool.map(read_own_orders, users, itertools.repeat(ORDERS // AT_ONCE + 1), itertools.repeat(wait)))
    seconds = sorted(itertools.chain.from_iterable(reads.seconds for reads in all_reads))
    stale = list(itertools.chain.from_iterable(reads.stale for reads in all_reads))
    print(f"{len(seconds)} reads with the position of a {'201' if wait else '202'}: {len(stale)} stale; answered in "
          f"{seconds[len(seconds) // 2]:.3f} s (half), {seconds[len(seconds) * 99 // 100]:.3f} s (99 %), {seconds[-1]:.3f} s (all)")
    return stale


def test_a_read_with_the_position_of_a_202_shows_the_order(stack: Stack) -> None:
    assert read_at_once(stack, wait=False) == []


def test_a_read_with_the_position_of_a_final_answer_shows_it_paid(stack: Stack) -> None:
    assert read_at_once(stack, wait=True) == []
