"""An order and a wallet as they were at any moment of their past."""

import json
from collections.abc import Callable
from typing import Any

from people import User
from stack import Stack, until


def shown(stack: Stack, *arguments: str) -> dict[str, Any]:
    return dict(json.loads(stack.ordo(*arguments, "--output", "json")))


def at(event: dict[str, Any]) -> str:
    return f"{event['stream']}@{event['sequence']}.{event['index']}"


def refunded_order(user: User, price: int) -> str:
    order_id = str(user.order(price, Prefer="wait=10").expect(201).json()["id"])
    user.await_status(order_id, "PAID")
    user.post(f"/api/orders/{order_id}/cancel", {}, Prefer="wait=10").expect(200)
    user.await_status(order_id, "REFUNDED")
    return order_id


def test_an_order_now_is_what_its_customer_reads(stack: Stack, user: User) -> None:
    order_id = refunded_order(user, 1_234)
    order = shown(stack, "order", "show", order_id)
    assert {name: value for name, value in order.items() if name != "events"} == user.order_of(order_id)


def test_an_order_was_what_each_of_its_events_made_of_it(stack: Stack, user: User) -> None:
    order_id = refunded_order(user, 10)
    events = shown(stack, "order", "show", order_id)["events"]
    told = {event["type"].split(".")[0] + event["data"].get("status", ""): at(event) for event in events}
    for name, status in (("OrderCreateRequested", "NEW"), ("OrderPendingPENDING", "PENDING"), ("PaymentProcessed", "PENDING"),
                         ("OrderUpdateMessagePAID", "PAID"), ("OrderUpdateMessageCANCELLED", "CANCELLED"), ("PaymentRefunded", "CANCELLED"),
                         ("OrderUpdateMessageREFUNDED", "REFUNDED")):
        assert shown(stack, "order", "show", order_id, "--at", told[name])["status"] == status
    paid = next(event["time"] for event in events if event["data"].get("status") == "PAID")
    assert shown(stack, "order", "show", order_id, "--at", paid)["status"] == "PAID"


def test_a_difference_names_what_changed_between_two_moments(stack: Stack, user: User) -> None:
    order_id = refunded_order(user, 10)
    first = at(shown(stack, "order", "show", order_id)["events"][0])
    difference = shown(stack, "order", "show", order_id, "--diff", first, "now")
    assert (difference["a"]["status"], difference["b"]["status"]) == ("NEW", "REFUNDED")
    assert difference["changed"] == ["status", "updated_at", "version", "payment_operation_id", "cancel_reason"]
    assert difference["only_in_a"] == [] and len(difference["only_in_b"]) >= 7


def test_a_wallet_was_what_its_operations_had_left_in_it(stack: Stack, make_user: Callable[..., User]) -> None:
    user = make_user(money=1_000)
    position = user.top_up(500).headers["Ordo-Position"]
    user.order(300, Prefer="wait=10").expect(201)
    until(lambda: user.balance() == 1_200, "the order is paid")
    for who in (user.id, user.name):
        now = shown(stack, "wallet", "show", who)
        assert (now["balance"], now["version"], now["user_id"]) == (1_200, 4, user.id)
    assert shown(stack, "wallet", "show", user.id, "--at", position)["balance"] == 1_500
    change = shown(stack, "wallet", "show", user.id, "--diff", position, "now")
    assert [event["type"] for event in change["only_in_b"]] == ["PaymentProcessed.v1"]


def test_what_was_not_there_is_told_by_the_exit_code(stack: Stack, user: User) -> None:
    order_id = refunded_order(user, 10)
    event = shown(stack, "order", "show", order_id)["events"][0]
    early = stack.try_ordo("order", "show", order_id, "--at", "2001-01-01T00:00:00Z")
    assert (early.returncode, early.stdout) == (2, "") and "was not there" in early.stderr
    elsewhere = event["stream"].split("-")[0] + "-" + str((int(event["stream"].split("-")[1]) + 1) % 4)
    assert stack.try_ordo("order", "show", order_id, "--at", f"{elsewhere}@1").returncode == 1
    assert stack.try_ordo("wallet", "show", "nobody-is-called-that").returncode == 2
