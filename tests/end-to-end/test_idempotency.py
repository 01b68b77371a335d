"""A command under an Idempotency-Key happens once, whoever repeats it, however often, whatever falls in between."""

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from client import Answer
from commands import COMMANDS, Command, account, is_replayed, new_key, order, top_up
from people import User, basket, new_user
from stack import Stack, until


@pytest.fixture(scope="module")
def demo(stack: Stack) -> User:
    """For who only asks for what is refused."""
    return new_user(stack)


def test_fifty_at_once_make_one_order(stack: Stack, user: User) -> None:
    same = new_key()

    def post(_: int) -> Answer:
        with user.elsewhere() as own:
            return own.order(100, Idempotency_Key=same)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(post, range(50)))
    assert {answer.status for answer in answers} == {202}
    (order_id,) = {answer.json()["id"] for answer in answers}
    user.await_status(order_id, "PAID")
    user.await_balance(99_900)
    assert len(user.get("/api/orders").expect(200).json()["items"]) == 1
    assert stack.number(f"select count(*) from read.order_timeline where order_id = '{order_id}' and type like 'PaymentProcessed%'") == 1
    assert sum(not is_replayed(answer) for answer in answers) == 1


@pytest.mark.parametrize("quoted", [False, True])
def test_a_repeat_answers_as_the_first_did(user: User, quoted: bool) -> None:
    same = new_key()
    first = user.order(100, Prefer="wait=10", Idempotency_Key=same).expect(201)
    again = user.order(100, Prefer="wait=10", Idempotency_Key=f'"{same}"' if quoted else same).expect(201)
    assert not is_replayed(first) and is_replayed(again)
    assert again.json()["id"] == first.json()["id"]
    assert user.order(100, Idempotency_Key=same).json()["id"] == first.json()["id"]


def test_a_repeat_of_an_order_that_was_refused_is_refused_again(user: User) -> None:
    same = new_key()
    first = user.order(100_001, Prefer="wait=10", Idempotency_Key=same).expect(402).json()["order"]
    user.top_up(1)
    again = user.order(100_001, Prefer="wait=10", Idempotency_Key=same).expect(402)
    assert is_replayed(again)
    assert again.json()["order"]["id"] == first["id"]


def test_another_body_under_the_same_key_is_refused(user: User) -> None:
    same = new_key()
    user.order(100, Idempotency_Key=same).expect(202)
    assert user.order(101, Idempotency_Key=same).expect(422).json()["code"] == "idempotency_key_reused"
    user.order(102, Prefer="wait=10", Idempotency_Key=new_key()).expect(201)
    assert user.order(101, Idempotency_Key=same).expect(422).json()["code"] == "idempotency_key_reused"


def test_the_same_body_spelled_otherwise_is_the_same(user: User) -> None:
    same, body = new_key(), basket(100)
    turned = json.dumps(dict(reversed(body.items())), indent=2)
    first = user.post("/api/orders", body, Idempotency_Key=same).expect(202).json()
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": same}
    assert user.send("POST", "/api/orders", turned, headers).expect(202).json()["id"] == first["id"]


def test_another_users_same_key_is_another_order(stack: Stack, user: User) -> None:
    same, other = new_key(), new_user(stack, money=1_000)
    mine = user.order(100, Idempotency_Key=same).expect(202)
    theirs = other.order(100, Idempotency_Key=same).expect(202)
    assert mine.json()["id"] != theirs.json()["id"]
    assert not is_replayed(theirs)


def test_a_key_counts_for_one_route_only(user: User) -> None:
    same = new_key()
    user.order(100, Idempotency_Key=same).expect(202)
    top_up = user.post("/api/payments/topup", {"amount": 5, "currency": "EUR"}, Idempotency_Key=same, Prefer="wait=10").expect(200)
    assert not is_replayed(top_up)


def test_a_repeated_top_up_adds_its_money_once(user: User) -> None:
    same = new_key()
    answers = [user.post("/api/payments/topup", {"amount": 5, "currency": "EUR"}, Idempotency_Key=same, Prefer="wait=10").expect(200)
               for _ in range(3)]
    assert [is_replayed(answer) for answer in answers] == [False, True, True]
    assert len({answer.json()["operation_id"] for answer in answers}) == 1
    assert {answer.json()["balance"] for answer in answers} == {100_005}
    user.await_balance(100_005)


def test_two_orders_without_a_key_are_two_orders(user: User) -> None:
    assert user.order(100).expect(202).json()["id"] != user.order(100).expect(202).json()["id"]


@pytest.mark.parametrize("make", COMMANDS)
def test_repeats_that_wait_while_the_first_does_are_told_the_same_outcome(frail_stack: Stack, make: Callable[[User], Command]) -> None:
    user, same = new_user(frail_stack, money=10_000), new_key()
    command = make(user)
    with ThreadPoolExecutor(20) as pool:
        with frail_stack.paused("orders"), frail_stack.paused("billing"):
            waiting = [pool.submit(command.post, user.elsewhere(), same, Prefer="wait=30") for _ in range(10)]
            accepted = [pool.submit(command.post, user.elsewhere(), same) for _ in range(10)]
            assert {each.result().status for each in accepted} == {202}
        answers = [each.result() for each in waiting]
    assert {answer.status for answer in answers} <= {200, 201}
    assert len({str(answer.json()) for answer in answers}) == 1


@pytest.mark.parametrize("make", COMMANDS)
def test_a_repeat_may_wait_for_what_was_accepted_without_and_a_key_may_be_quoted(user: User, make: Callable[[User], Command]) -> None:
    same = new_key()
    command = make(user)
    first = command.post(user, same).expect(202)
    final = command.post(user, f'"{same}"', Prefer="wait=20")
    assert final.status in (200, 201) and is_replayed(final) and not is_replayed(first)
    assert command.post(user, same).expect(202).headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("wrong", ["", '""', "k" * 256, f'"{"k" * 256}"', "kl\xe9", 'in"side', "a\tb"])
def test_a_key_that_is_none_is_refused_and_nothing_is_done(demo: User, wrong: str) -> None:
    for command in (order(demo), top_up(demo), account(demo), Command(f"/api/orders/{uuid.uuid4()}/cancel", {}, {})):
        refused = command.post(demo, wrong).expect(400)
        assert refused.json()["code"] == "invalid_idempotency_key"
        assert "1 to 255 printable ASCII characters" in refused.json()["detail"]


def test_the_longest_key_is_a_key(user: User) -> None:
    longest = "k" * 255
    first = user.order(100, Idempotency_Key=longest).expect(202)
    assert user.order(100, Idempotency_Key=f'"{longest}"').expect(202).json()["id"] == first.json()["id"]


@pytest.mark.parametrize("role", ["gateway", "orders", "billing"])
def test_a_repeat_is_known_after_a_role_was_killed(frail_stack: Stack, role: str) -> None:
    user, same = new_user(frail_stack, money=1_000), new_key()
    first = user.order(600, Prefer="wait=10", Idempotency_Key=same).expect(201)
    frail_stack.kill_and_await_return(role)
    with user.elsewhere() as own:
        again = own.order(600, Prefer="wait=10", Idempotency_Key=same).expect(201)
        assert own.order(601, Idempotency_Key=same).expect(422).json()["code"] == "idempotency_key_reused"
        own.await_balance(400)
    assert is_replayed(again)
    assert again.json()["id"] == first.json()["id"]
