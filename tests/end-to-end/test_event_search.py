"""Events found by what they name, and shown with all that is known of them."""

import json
import uuid
from typing import Any

from people import User
from stack import Stack


def searched(stack: Stack, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stack.ordo("events", "search", *options, "--output", "ndjson").splitlines()]


def test_a_correlation_id_finds_every_event_of_a_request(stack: Stack, user: User) -> None:
    correlation = f"search-{uuid.uuid4()}"
    order_id = user.order(10, Prefer="wait=10", X_Correlation_Id=correlation).expect(201).json()["id"]
    stack.ordo("events", "tail", "--since-start", "--correlation", correlation, "--count", "5", "--timeout", "30")
    found = [event["type"].split(".")[0] for event in searched(stack, "--correlation", correlation)]
    assert sorted(found) == ["NotificationSent", "OrderCreateRequested", "OrderPending", "OrderUpdateMessage", "PaymentProcessed"]
    assert [event["type"] for event in searched(stack, "--about", order_id, "--stream", "BILLING")] == ["PaymentProcessed.v1"]
    assert [event["type"] for event in searched(stack, "--about", order_id, "--type", "OrderPending")] == ["OrderPending.v1"]
    assert len(searched(stack, "--correlation", correlation, "--limit", "2")) == 2


def test_an_event_is_shown_with_its_message(stack: Stack, user: User) -> None:
    correlation = f"show-{uuid.uuid4()}"
    position = user.order(10, Prefer="wait=10", X_Correlation_Id=correlation).expect(201).headers["Ordo-Position"]
    event = searched(stack, "--correlation", correlation, "--type", "OrderPending")[0]
    place = f"{event['stream']}@{event['sequence']}.{event['index']}"
    shown = json.loads(stack.ordo("events", "show", place, "--output", "json"))
    assert shown["events"] == [event] and shown["checksummed"] and any(name.startswith("COMMANDS") for name in shown["decided"])
    assert "checksum sound" in stack.ordo("events", "show", place)
    assert event["stream"] in stack.ordo("events", "show", position)


def test_what_is_not_there_is_told_by_the_exit_code(stack: Stack) -> None:
    nothing = stack.try_ordo("events", "search", "--correlation", str(uuid.uuid4()))
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert stack.try_ordo("events", "show", "ORDERS-0@999999999.0").returncode == 1
    assert "is no place in the log" in stack.try_ordo("events", "show", "nowhere").stderr
