"""What cannot be decided is parked, with all that comes behind it, and an operator decides what becomes of it."""

import json
import uuid

from broken_events import put_command
from people import User, new_user
from stack import Stack, until

DONE, LEFT, NOTHING = 0, 1, 2


def parked(stack: Stack, identity: str) -> list[dict[str, object]]:
    rows = [json.loads(line) for line in stack.ordo("parked", "list", "--output", "ndjson").splitlines()]
    return [row for row in rows if identity in (row.get("order_id"), row["user_id"])]


def of_owner(stack: Stack, identity: str, owner: str) -> list[dict[str, object]]:
    return [row for row in parked(stack, identity) if str(row["owner"]).startswith(owner)]


def paid_order(user: User) -> str:
    order_id = str(user.order(100, Prefer="wait=10").expect(201).json()["id"])
    user.await_status(order_id, "PAID")
    return order_id


def test_a_command_that_cannot_be_read_parks_its_order_with_all_behind_it_and_no_other(frail_stack: Stack) -> None:
    stack, user = frail_stack, new_user(frail_stack, money=1_000)
    order_id = paid_order(user)
    put_command(stack, "orders.cancel", "OrderCancelRequested.v1", user.id, order_id)
    until(lambda: of_owner(stack, order_id, "ORDERS"), "the order is parked")
    answer = user.post(f"/api/orders/{order_id}/cancel", {}).expect(202)
    other = paid_order(user)
    until(lambda: of_owner(stack, order_id, "ORDERS")[0]["inputs"] == 2, "what came behind it is parked, too")
    (row,) = of_owner(stack, order_id, "ORDERS")
    assert row["attempts"] == 3 and "OrderCancelRequested.v1" in str(row["reason"])
    assert str(row["first_failed_at"]) <= str(row["last_failed_at"])
    until(lambda: of_owner(stack, order_id, "projections/orders"), "the read model cannot show it either, and goes on")

    order = user.get(f"/api/orders/{order_id}", Ordo_After=answer.headers["Ordo-Position"]).expect(200).json()
    assert (order["status"], order["degraded"]) == ("PAID", True)
    assert "degraded" not in user.get(f"/api/orders/{other}").expect(200).json()

    stack.kill_and_await_return("orders")
    assert of_owner(stack, order_id, "ORDERS") == [row]
    shown = stack.ordo("parked", "show", order_id, "--context", "orders", "--output", "ndjson").splitlines()
    assert [json.loads(line)["type"] for line in shown] == ["OrderCancelRequested.v1"] * 2

    retried = stack.try_ordo("parked", "retry", order_id, "--context", "orders", "--reason", "look again")
    assert retried.returncode == LEFT and "2 still parked" in retried.stdout, retried.stderr
    assert of_owner(stack, order_id, "ORDERS")[0]["attempts"] == 4
    discarded = stack.try_ordo("parked", "discard", order_id, "--yes", "--reason", "nobody can read it")
    assert discarded.returncode == DONE, discarded.stdout + discarded.stderr
    user.await_status(order_id, "REFUNDED")
    user.await_balance(900)
    assert parked(stack, order_id) == []
    until(lambda: "degraded" not in user.get(f"/api/orders/{order_id}").expect(200).json(), "the order is whole again")
    told = stack.ordo("events", "search", "--correlation", "broken-by-hand", "--output", "ndjson")
    assert "OrderCancelRequested.v1" in told


def test_a_command_that_cannot_be_read_parks_a_wallet_and_all_its_orders_until_it_is_discarded(frail_stack: Stack) -> None:
    stack, user, other = frail_stack, new_user(frail_stack, money=1_000), new_user(frail_stack, money=1_000)
    put_command(stack, "payments.topup", "TopUpRequested.v1", user.id, None)
    until(lambda: of_owner(stack, user.id, "BILLING"), "the wallet is parked")
    order_id = user.order(100).expect(202).json()["id"]
    paid_order(other)
    until(lambda: of_owner(stack, user.id, "BILLING") and of_owner(stack, user.id, "BILLING")[0]["inputs"] == 2, "the order waits behind it")
    assert user.get(f"/api/payments/balance/{user.id}").expect(200).json()["degraded"] is True
    done = stack.try_ordo("parked", "discard", user.id, "--yes", "--reason", "nobody can read it")
    assert done.returncode == DONE, done.stdout + done.stderr
    user.await_status(order_id, "PAID")
    user.await_balance(900)


def test_a_system_in_which_something_was_parked_is_sound_and_its_read_model_can_be_made_again(frail_stack: Stack) -> None:
    stack, user = frail_stack, new_user(frail_stack, money=1_000)
    order_id = paid_order(user)
    put_command(stack, "orders.cancel", "OrderCancelRequested.v9", user.id, order_id)
    until(lambda: of_owner(stack, order_id, "ORDERS"), "the order is parked")
    verified = stack.try_ordo("verify")
    assert verified.returncode == 0, verified.stdout
    stack.ordo("projections", "rebuild")
    order = user.get(f"/api/orders/{order_id}").expect(200).json()
    assert (order["status"], order["degraded"]) == ("PAID", True)
    stack.ordo("parked", "discard", order_id, "--yes", "--reason", "tested")


def test_what_is_not_parked_cannot_be_released_and_a_reason_is_asked_for(stack: Stack) -> None:
    nobody = str(uuid.uuid4())
    for command in ("retry", "discard"):
        done = stack.try_ordo("parked", command, nobody, "--reason", "none")
        assert done.returncode == NOTHING and nobody in done.stderr
        assert "--reason" in stack.try_ordo("parked", command, nobody).stderr
    assert stack.try_ordo("parked", "show", nobody).returncode == NOTHING
    assert "an id looks like" in stack.try_ordo("parked", "show", "nonsense").stderr
