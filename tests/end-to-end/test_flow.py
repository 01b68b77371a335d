"""The life of an order, from registration to letter."""

import json
import uuid
from collections.abc import Callable

import pytest
from client import Answer
from letters import Letter
from people import PASSWORD, User, registration
from stack import Stack, until

EVENTS = ["OrderCreateRequested", "OrderPending", "PaymentProcessed", "OrderUpdateMessage", "NotificationSent"]


def letters_to(stack: Stack, user: User, count: int) -> list[Letter]:
    def arrived() -> list[Letter]:
        return [letter for letter in stack.mailbox() if user.address in letter.recipient]
    until(lambda: len(arrived()) >= count, f"{count} letters to {user.name}")
    return arrived()


def test_a_new_user_has_an_account_without_asking(stack: Stack, make_user: Callable[..., User]) -> None:
    user = make_user()
    account = user.get(f"/api/payments/balance/{user.id}").expect(200).json()
    assert (account["user_id"], account["balance"], account["currency"]) == (user.id, 0, "EUR")
    assert account["updated_at"].endswith("Z")


def test_asking_for_an_account_again_changes_nothing(user: User) -> None:
    user.await_balance(100_000)
    before = user.get(f"/api/payments/balance/{user.id}").json()
    assert user.post("/api/payments/account", {}, Prefer="wait=10").expect(200).json() == before
    user.post("/api/payments/account", {"currency": "USD"}).expect(202)
    assert user.top_up(1).json()["balance"] == before["balance"] + 1


def test_a_log_in_is_refused_alike_for_a_wrong_password_and_an_unknown_user(stack: Stack, user: User) -> None:
    wrong = stack.client().post("/api/auth/login", {"username": user.name, "password": PASSWORD + "!"}).expect(401).json()
    unknown = stack.client().post("/api/auth/login", {"username": "nobody-" + user.name, "password": PASSWORD}).expect(401).json()
    wrong.pop("correlation_id"), unknown.pop("correlation_id")
    assert wrong == unknown


def test_a_username_is_given_once(stack: Stack, user: User) -> None:
    again = stack.client().post("/api/auth/register", registration(user.name)).expect(409).json()
    assert again["code"] == "username_taken"


def test_a_user_sees_and_changes_their_profile(user: User) -> None:
    me = user.get("/api/users/me").expect(200).json()
    assert (me["username"], me["email"]) == (user.name, user.address)
    assert "password" not in json.dumps(me)
    user.patch("/api/users/me", {"locale": "ru"}).expect(200)
    assert user.get("/api/users/me").expect(200).json()["locale"] == "ru"


def test_a_top_up_that_waits_tells_the_balance(make_user: Callable[..., User]) -> None:
    user = make_user()
    answer = user.top_up(700)
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert answer.json()["balance"] == 700
    uuid.UUID(answer.json()["operation_id"])
    user.await_balance(700)


def test_an_order_that_waits_is_answered_paid_with_its_operation(user: User) -> None:
    answer = user.order(250, quantity=4, Prefer="wait=10").expect(201)
    order = answer.json()
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert answer.headers["Location"].endswith(f"/api/orders/{order['id']}")
    assert (order["status"], order["total"], order["currency"], order["user_id"]) == ("PAID", 1000, "EUR", user.id)
    uuid.UUID(order["payment_operation_id"])
    assert user.await_status(order["id"], "PAID")["payment_operation_id"] == order["payment_operation_id"]
    user.await_balance(99_000)


def test_an_order_that_does_not_wait_is_new_and_then_becomes_paid(user: User) -> None:
    answer = user.order(300).expect(202)
    order = answer.json()
    assert order["status"] == "NEW"
    assert answer.headers["Location"] and answer.headers["Retry-After"] and answer.headers["Ordo-Position"]
    assert user.await_status(order["id"], "PAID")["total"] == 300


def test_a_read_that_names_the_position_sees_the_write(user: User) -> None:
    for _ in range(20):
        answer = user.order(100).expect(202)
        user.get(f"/api/orders/{answer.json()['id']}", Ordo_After=answer.headers["Ordo-Position"]).expect(200)


def test_an_order_that_is_too_dear_is_cancelled_and_says_so(user: User) -> None:
    problem = user.order(100_001, Prefer="wait=10").expect(402).json()
    assert (problem["code"], problem["status"]) == ("insufficient_funds", 402)
    assert (problem["order"]["status"], problem["order"]["cancel_reason"]) == ("CANCELLED", "INSUFFICIENT_FUNDS")
    order = user.await_status(problem["order"]["id"], "CANCELLED")
    assert order["cancel_reason"] == "INSUFFICIENT_FUNDS"
    user.await_balance(100_000)


@pytest.mark.parametrize(("locale", "happy", "sad"), [("en", "paid", "cancelled"), ("ru", "оплачен", "отмен")])
def test_one_letter_of_happiness_and_one_of_grief_come_in_the_users_language(
        stack: Stack, make_user: Callable[..., User], locale: str, happy: str, sad: str) -> None:
    user = make_user(locale=locale, money=5_000)
    paid: Answer = user.order(1_234, quantity=2, Prefer="wait=10").expect(201)
    refused: Answer = user.order(99_999, Prefer="wait=10").expect(402)
    letters = {letter.correlation_id: letter for letter in letters_to(stack, user, 2)}
    assert len(letters) == 2
    for answer, word in ((paid, happy), (refused, sad)):
        letter = letters[answer.headers["X-Correlation-Id"]]
        assert word in (letter.subject + letter.text).lower()
        for body in (letter.text, letter.html):
            assert "Green tea" in body
        assert "<" not in letter.text and "<html" in letter.html.lower()
    assert len(stack.psql(f"select 1 from read.notifications where user_id = '{user.id}'")) == 2


def test_a_user_who_wants_no_letters_gets_none_and_that_is_recorded(stack: Stack, make_user: Callable[..., User]) -> None:
    user = make_user(money=5_000)
    assert user.patch("/api/users/me", {"channels": []}).expect(200).json()["channels"] == []
    order_id = user.order(100, Prefer="wait=10").expect(201).json()["id"]

    def record() -> list[list[str]]:
        return stack.psql(f"select state, reason from read.notifications where order_id = '{order_id}'")
    until(lambda: bool(record()), "the letter is recorded")
    assert record()[0][0].lower() == "failed" and "wants no letters" in record()[0][1]
    assert not [letter for letter in stack.mailbox() if letter.recipient == user.address]


def test_an_order_of_someone_without_enough_money_later_succeeds(make_user: Callable[..., User]) -> None:
    user = make_user()
    user.order(500, Prefer="wait=10").expect(402)
    user.top_up(500)
    user.order(500, Prefer="wait=10").expect(201)


def test_history_tells_five_events_each_caused_by_one_before_under_one_correlation_id(stack: Stack, user: User) -> None:
    correlation = f"walk-{uuid.uuid4()}"
    answer = user.order(420, Prefer="wait=10", X_Correlation_Id=correlation).expect(201)
    order_id = answer.json()["id"]

    def history() -> list[dict[str, object]]:
        return list(user.get(f"/api/orders/{order_id}/history", Ordo_After=answer.headers["Ordo-Position"]).expect(200).json()["items"])
    until(lambda: len(history()) == 5, "the letter is in the history")
    events = history()
    assert [str(event["type"]).split(".")[0] for event in events] == EVENTS
    assert {event["correlation_id"] for event in events} == {correlation}
    positions = [event["position"] for event in events]
    assert events[0]["cause"] is None
    assert [event["cause"] for event in events[1:]] == positions[:-1]
    assert [event["time"] for event in events] == sorted(str(event["time"]) for event in events)
    assert [letter for letter in stack.mailbox() if letter.correlation_id == correlation]
    stored = stack.psql(f"select status, total from read.orders where order_id = '{order_id}'")
    assert stored == [["PAID", "420"]]


def test_a_trace_context_travels_through_every_event_to_the_letter(stack: Stack, user: User) -> None:
    correlation, traceparent = f"trace-{uuid.uuid4()}", f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-01"
    user.order(420, Prefer="wait=10", X_Correlation_Id=correlation, traceparent=traceparent).expect(201)
    until(lambda: [letter for letter in stack.mailbox() if letter.correlation_id == correlation], "the letter is there")
    assert [letter.traceparent for letter in stack.mailbox() if letter.correlation_id == correlation] == [traceparent]

    def events() -> list[dict[str, object]]:
        found = stack.try_ordo("events", "search", "--correlation", correlation, "--output", "ndjson").stdout
        return [json.loads(line) for line in found.splitlines()]
    until(lambda: len(events()) == 5, "the letter is recorded")
    assert {event["traceparent"] for event in events()} == {traceparent}


def test_the_letters_are_listed_for_their_reader(stack: Stack, user: User) -> None:
    order_id = user.order(200, Prefer="wait=10").expect(201).json()["id"]
    until(lambda: user.get("/api/notifications").expect(200).json()["items"], "the letter is listed")
    notification = user.get("/api/notifications").json()["items"][0]
    assert (notification["order_id"], notification["channel"], notification["state"]) == (order_id, "email", "SENT")
    letter = letters_to(stack, user, 1)[0]
    assert notification["subject"] == letter.subject
