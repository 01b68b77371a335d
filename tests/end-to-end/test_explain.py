"""What an operator is told of an order: the same events as its customer sees, and why each of them came."""

import json
import uuid
from typing import Any

from people import User, new_user
from stack import Stack, until

EVENT = ("type", "time", "correlation_id", "data")


def order_and_cancel(user: User, price: int) -> str:
    order_id = str(user.order(price, Prefer="wait=10").expect(201).json()["id"])
    user.await_status(order_id, "PAID")
    user.post(f"/api/orders/{order_id}/cancel", {}, Prefer="wait=10").expect(200)
    user.await_status(order_id, "REFUNDED")
    return order_id


def steps_of(stack: Stack, order_id: str, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stack.ordo("explain", order_id, "--output", "ndjson", *options).splitlines()]


def in_order(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(events, key=lambda event: (event["stream"], event["sequence"], event["index"]))


def test_an_explanation_tells_the_same_events_as_the_history(stack: Stack, user: User) -> None:
    order_id = order_and_cancel(user, 1_234)
    path = f"/api/orders/{order_id}/history"
    until(lambda: len(user.get(path).expect(200).json()["items"]) == 10, "the history has both letters")
    told = in_order([event["position"] | event for event in user.get(path).expect(200).json()["items"]])
    for options in ([], ["--whole-log"]):
        steps = in_order(steps_of(stack, order_id, *options))
        assert [[step[name] for name in EVENT] for step in steps] == [[event[name] for name in EVENT] for event in told]
        assert [step.get("cause") for step in steps] == [event["cause"] for event in told]
        assert {step["actor"] for step in steps} == {user.id}


def test_an_explanation_is_a_tree_from_each_request_to_its_letter(stack: Stack, user: User) -> None:
    order_id = order_and_cancel(user, 10)
    until(lambda: len(steps_of(stack, order_id)) == 10, "both letters are recorded")
    drawn = [(step["depth"], step["type"].split(".")[0], step["decided_by"]) for step in steps_of(stack, order_id)]
    assert drawn == [(0, "OrderCreateRequested", "gateway"), (1, "OrderPending", "orders"), (2, "PaymentProcessed", "billing"),
                     (3, "OrderUpdateMessage", "orders"), (4, "NotificationSent", "notifications"), (0, "OrderCancelRequested", "gateway"),
                     (1, "OrderUpdateMessage", "orders"), (2, "PaymentRefunded", "billing"), (3, "OrderUpdateMessage", "orders"),
                     (4, "NotificationSent", "notifications")]
    assert all(step["took_ms"] >= 0 for step in steps_of(stack, order_id) if step["depth"])
    text = stack.ordo("explain", order_id)
    assert "REFUNDED" in text and "└─ PaymentRefunded" in text and "\033" not in text


def test_an_explanation_says_who_is_to_go_on(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000)
    with frail_stack.paused("billing"):
        order_id = str(user.order(10).expect(202).json()["id"])
        user.await_status(order_id, "PENDING")
        assert [step.get("waits_for") for step in steps_of(frail_stack, order_id)] == [None, "billing"]
    user.await_status(order_id, "PAID")


def test_an_explanation_needs_no_read_model(stack: Stack, user: User) -> None:
    order_id = order_and_cancel(user, 10)
    done = stack.try_ordo("explain", order_id, ORDO_POSTGRES_URL="postgresql://127.0.0.1:1/nothing")
    assert done.returncode == 0 and "the whole log is read" in done.stderr and "REFUNDED" in done.stdout


def test_an_order_that_nobody_made_is_told_from_a_log_that_is_away(stack: Stack) -> None:
    unknown = stack.try_ordo("explain", str(uuid.uuid4()))
    assert (unknown.returncode, unknown.stdout) == (2, "") and "knows no order" in unknown.stderr
    away = stack.try_ordo("explain", str(uuid.uuid4()), ORDO_NATS_URL="nats://127.0.0.1:1")
    assert (away.returncode, away.stdout) == (1, "")
