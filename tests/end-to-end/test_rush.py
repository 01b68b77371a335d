"""A hundred orders at once on one wallet that can pay for thirty: thirty are paid, whoever is killed meanwhile."""

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from ledger import await_finished, require_sound_money
from people import User, new_user
from stack import Stack

ORDERS = 100
PAID = 30
PRICE = 700
LEFT_OVER = PRICE - 1


def order_at_once(stack: Stack, user: User, kill: str | None) -> list[str]:
    start, counter, lock = threading.Barrier(ORDERS), iter(range(1, ORDERS + 1)), threading.Lock()

    def order(_: int) -> str:
        with user.elsewhere() as own:
            start.wait(60)
            order_id = own.order(PRICE, Idempotency_Key=str(uuid.uuid4())).expect(202).json()["id"]
        with lock:
            accepted = next(counter)
        if kill and accepted == ORDERS // 2:
            stack.kill(kill)
        return str(order_id)
    with ThreadPoolExecutor(ORDERS) as pool:
        return list(pool.map(order, range(ORDERS)))


@pytest.mark.parametrize("kill", [None, "billing", "orders"])
def test_as_many_are_paid_as_the_wallet_can_pay_for(frail_stack: Stack, kill: str | None) -> None:
    user = new_user(frail_stack, money=PAID * PRICE + LEFT_OVER)
    placed = order_at_once(frail_stack, user, kill)
    assert len(set(placed)) == ORDERS
    await_finished(frail_stack, placed)
    statuses = Counter(status for (status,) in frail_stack.psql(f"select status from read.orders where user_id = '{user.id}'"))
    assert statuses == {"PAID": PAID, "CANCELLED": ORDERS - PAID}
    user.await_balance(LEFT_OVER)
    require_sound_money(frail_stack)
