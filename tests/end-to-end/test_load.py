"""A thousand orders of fifty users, a third of them too dear, sixteen at once."""

import pytest
from ledger import await_finished, await_one_letter_each, require_sound_money
from load import Placed, make_users, place_orders
from people import User
from stack import Stack

ORDERS = 1_000
USERS = 50


@pytest.fixture(scope="module")
def users(frail_stack: Stack) -> list[User]:
    return make_users(frail_stack, USERS)


def require_all_well(stack: Stack, placed: list[Placed], repeats: bool = False) -> None:
    await_finished(stack, [order.order_id for order in placed])
    statuses = dict(row for row in stack.psql("select order_id, status from read.orders"))
    assert len({order.order_id for order in placed}) == ORDERS
    for order in placed:
        assert statuses[order.order_id] == ("CANCELLED" if order.is_too_dear else "PAID")
    require_sound_money(stack)
    await_one_letter_each(stack, [order.correlation_id for order in placed], repeats)


def test_every_order_ends_paid_or_cancelled_with_one_letter_and_no_money_lost(frail_stack: Stack, users: list[User]) -> None:
    require_all_well(frail_stack, place_orders(users, ORDERS, seed=1))


@pytest.mark.parametrize("role", ["billing", "orders", "projections", "notifications"])
def test_the_same_holds_when_a_role_is_killed_in_the_middle(frail_stack: Stack, users: list[User], role: str) -> None:
    def kill_in_the_middle(placed: int) -> None:
        if placed == ORDERS // 2:
            frail_stack.kill(role)
    placed = place_orders(users, ORDERS, seed=2, after_each=kill_in_the_middle)
    require_all_well(frail_stack, placed, repeats=role == "notifications")
