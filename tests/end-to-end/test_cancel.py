"""A cancelled order gives back what it cost, once, whenever the cancellation comes."""

import random
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from client import Answer
from ledger import LEAPS
from letters import Letter
from people import User, new_user
from stack import Stack, until

STORY = ["OrderCreateRequested", "OrderPending", "PaymentProcessed", "OrderUpdateMessage", "OrderCancelRequested",
         "OrderUpdateMessage", "PaymentRefunded", "OrderUpdateMessage"]


def cancel(user: User, order_id: str, **headers: str) -> Answer:
    return user.post(f"/api/orders/{order_id}/cancel", {}, **headers)


def paid_order(user: User, price: int) -> str:
    answer = user.order(price, Prefer="wait=10").expect(201)
    order_id = str(answer.json()["id"])
    user.get(f"/api/orders/{order_id}", Ordo_After=answer.headers["Ordo-Position"]).expect(200)
    return order_id


def kinds_of(stack: Stack, order_id: str) -> list[str]:
    return [row[0] for row in stack.psql(f"select kind from read.notifications where order_id = '{order_id}' and state = 'sent' order by 1")]


def letter_about(stack: Stack, order_id: str, word: str) -> Letter:
    def found() -> list[Letter]:
        return [letter for letter in stack.mailbox() if order_id in letter.text and word in letter.subject.lower()]
    until(found, f"a letter that says {word}")
    (letter,) = found()
    return letter


def test_a_paid_order_that_is_cancelled_gives_the_money_back_with_a_letter(stack: Stack, user: User) -> None:
    order_id = paid_order(user, 1_234)
    user.await_balance(98_766)
    answer = user.post(f"/api/orders/{order_id}/cancel", {"reason": "I am Anna and I changed my mind"}, Prefer="wait=10").expect(200)
    order = answer.json()
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert (order["status"], order["cancel_reason"], order["total"], order["version"]) == ("REFUNDED", "REQUESTED", 1_234, 5)
    assert user.get(f"/api/orders/{order_id}", Ordo_After=answer.headers["Ordo-Position"]).expect(200).json() == order
    user.await_balance(100_000)
    refund, payment = user.get("/api/payments/operations?limit=2").expect(200).json()["items"]
    assert (refund["kind"], refund["amount"], refund["order_id"]) == ("refund", 1_234, order_id)
    assert (payment["kind"], payment["amount"], payment["order_id"]) == ("payment", 1_234, order_id)
    letter = letter_about(stack, order_id, "money is back")
    assert letter.correlation_id == answer.headers["X-Correlation-Id"]
    for body in (letter.text, letter.html):
        assert "12.34 EUR" in body
    until(lambda: kinds_of(stack, order_id) == ["letter_of_happiness", "letter_of_refund"], "both letters are recorded")


def test_the_history_of_a_refunded_order_tells_every_step(user: User) -> None:
    order_id = paid_order(user, 10)
    position = cancel(user, order_id, Prefer="wait=10").expect(200).headers["Ordo-Position"]
    events = user.get(f"/api/orders/{order_id}/history", Ordo_After=position).expect(200).json()["items"]
    told = [event["type"].split(".")[0] for event in events]
    assert [kind for kind in told if kind != "NotificationSent"] == STORY
    assert [event["data"]["status"] for event in events if event["type"].startswith("OrderUpdate")] == ["PAID", "CANCELLED", "REFUNDED"]


def test_what_people_write_about_the_why_stays_out_of_the_log(stack: Stack, user: User) -> None:
    order_id, secret = paid_order(user, 10), f"secret-{uuid.uuid4()}"
    user.post(f"/api/orders/{order_id}/cancel", {"reason": secret}, Prefer="wait=10").expect(200)
    files = [file for file in stack.folder.rglob("*") if file.is_file() and ("nats" in file.parts or "logs" in file.parts)]
    assert files and not [file for file in files if secret.encode() in file.read_bytes()]


def test_an_order_that_is_over_cannot_be_cancelled(user: User) -> None:
    order_id = paid_order(user, 10)
    first = cancel(user, order_id, Prefer="wait=10").expect(200)
    again = cancel(user, order_id, Ordo_After=first.headers["Ordo-Position"]).expect(409)
    assert again.headers["Content-Type"].startswith("application/problem+json")
    assert (again.json()["code"], again.json()["order"]["status"]) == ("order_not_cancellable", "REFUNDED")
    refused = user.order(100_001, Prefer="wait=10").expect(402)
    too_late = cancel(user, refused.json()["order"]["id"], Ordo_After=refused.headers["Ordo-Position"]).expect(409)
    assert too_late.json()["code"] == "order_not_cancellable"


def test_a_repeat_under_the_same_key_answers_as_the_first_did(user: User) -> None:
    order_id, key = paid_order(user, 10), str(uuid.uuid4())
    first = cancel(user, order_id, Idempotency_Key=key).expect(202)
    assert first.headers["Ordo-Position"] and first.headers["Retry-After"] and first.headers["Location"].endswith(order_id)
    user.await_status(order_id, "REFUNDED")
    again = cancel(user, order_id, Idempotency_Key=key).expect(202)
    assert again.headers["Idempotency-Replayed"] == "true" and again.json() == first.json()
    assert cancel(user, order_id, Idempotency_Key=key, Prefer="wait=10").expect(200).json()["status"] == "REFUNDED"
    other = user.post(f"/api/orders/{order_id}/cancel", {"reason": "other"}, Idempotency_Key=key).expect(422)
    assert other.json()["code"] == "idempotency_key_reused"
    user.await_balance(100_000)


def test_an_order_of_somebody_else_is_not_there_to_be_cancelled(user: User, make_user: Callable[..., User]) -> None:
    order_id = paid_order(user, 10)
    cancel(make_user(), order_id).expect(404)
    cancel(user, str(uuid.uuid4())).expect(404)
    assert user.order_of(order_id)["status"] == "PAID"


def test_an_order_that_is_cancelled_before_billing_has_seen_it_is_charged_and_refunded_or_never_charged(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000)
    with frail_stack.paused("billing"):
        orders = {price: user.order(price).expect(202).json()["id"] for price in (600, 5_000)}
        for order_id in orders.values():
            user.await_status(order_id, "PENDING")
            order = cancel(user, order_id, Prefer="wait=10").expect(200).json()
            assert (order["status"], order["cancel_reason"], order["version"]) == ("CANCELLED", "REQUESTED", 3)
            assert order["items"]
    assert user.await_status(orders[600], "REFUNDED")["version"] == 4
    charged = f"select count(*) from read.order_timeline where order_id = '{orders[5_000]}' and type like 'PaymentProcessed%'"
    until(lambda: frail_stack.number(charged) == 1, "billing has answered")
    assert user.order_of(orders[5_000])["status"] == "CANCELLED"
    user.await_balance(1_000)
    until(lambda: kinds_of(frail_stack, orders[600]) == ["letter_of_cancellation", "letter_of_refund"], "two letters")
    until(lambda: kinds_of(frail_stack, orders[5_000]) == ["letter_of_cancellation"], "one letter")


def test_cancellations_that_race_with_their_payments_lose_no_money(stack: Stack) -> None:
    user = new_user(stack, money=10_000)
    dice = random.Random(seed := random.randrange(2**32))
    pauses = [dice.choice(("", "wait=1")) for _ in range(60)]

    def race(number: int) -> str:
        with user.elsewhere() as own:
            order_id = str(own.order(10 + number, Idempotency_Key=str(uuid.uuid4()), Prefer=pauses[number]).json()["id"])
            for _ in range(2):
                assert cancel(own, order_id).status in (202, 409), f"seed {seed}"
            return order_id
    with ThreadPoolExecutor(8) as pool:
        order_ids = list(pool.map(race, range(60)))
    for order_id in order_ids:
        user.await_status(order_id, "REFUNDED", limit_s=60)
    user.await_balance(10_000)
    of_user = f"from read.operations where user_id = '{user.id}' and kind"
    assert stack.psql(f"select count(*), sum(amount) {of_user} = 'payment'") == stack.psql(f"select count(*), sum(amount) {of_user} = 'refund'")
    assert stack.number(f"select count(*) {of_user} = 'refund'") == 60
    assert stack.number(LEAPS) == 0
