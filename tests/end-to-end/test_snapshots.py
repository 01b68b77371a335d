"""Owners start from the snapshots that they left behind; without them only the start is slower."""

import json

from ledger import await_finished, await_one_letter_each, require_sound_money
from load import make_users, place_orders
from stack import Stack, until

DECIDING = ("orders", "billing", "notifications")


def snapshots(stack: Stack) -> dict[str, int]:
    """Stream → the message up to which its snapshot reaches."""
    rows = [json.loads(line) for line in stack.ordo("snapshots", "list", "--output", "ndjson").splitlines()]
    return {row["stream"]: row["sequence"] for row in rows}


def last_messages(stack: Stack) -> dict[str, int]:
    rows = [json.loads(line) for line in stack.ordo("status", "--output", "ndjson").splitlines()]
    owned = tuple(f"{role.upper()}-" for role in DECIDING)
    return {row["stream"]: row["last_sequence"] for row in rows if row.get("stream", "").startswith(owned) and row["last_sequence"]}


def times_said(stack: Stack, role: str, words: str) -> int:
    return (stack.folder / "logs" / f"{role}.log").read_text().count(words)


def test_owners_start_from_the_snapshots_that_they_left_and_without_them_nothing_is_different(own_stack: Stack) -> None:
    stack = own_stack
    users = make_users(stack, 8)
    placed = place_orders(users, 100, seed=5)
    await_finished(stack, [order.order_id for order in placed])
    await_one_letter_each(stack, [order.correlation_id for order in placed])
    stack.stop()
    stack.start()
    assert snapshots(stack) == last_messages(stack)
    for role in DECIDING:
        assert times_said(stack, role, "from the snapshot at") == sum(name.startswith(role.upper()) for name in snapshots(stack))

    placed += place_orders(users, 50, seed=6)
    await_finished(stack, [order.order_id for order in placed])
    stack.ordo("snapshots", "delete", "BILLING-0", "--yes")
    assert "BILLING-0" not in snapshots(stack)
    stack.ordo("snapshots", "delete", "--yes")
    assert snapshots(stack) == {}
    for role in DECIDING:
        before = times_said(stack, role, "folding from the beginning")
        stack.kill_and_await_return(role)
        until(lambda: times_said(stack, role, "folding from the beginning") > before, f"{role} folds from the beginning")

    placed += place_orders(users, 50, seed=7)
    await_finished(stack, [order.order_id for order in placed])
    await_one_letter_each(stack, [order.correlation_id for order in placed], repeats=True)
    require_sound_money(stack)
