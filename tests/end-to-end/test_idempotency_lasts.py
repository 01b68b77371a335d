"""A key is known for ever: to every gateway, when none remembers it any more, and after everything was started again."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from client import Answer, Client
from commands import COMMANDS, PRICE, TOP_UP, Command, account, is_replayed, new_key, order
from ledger import await_shown, require_sound_money
from people import User, new_user
from stack import Stack, read_assignments, until

MONEY = 10_000
REMEMBERED_S = 600 if os.environ.get("ORDO_TEST_LONG") else 2


@dataclass(frozen=True)
class Asked:
    """A command that was asked for fifty times at once, when that was over, and what it was answered."""
    command: Command
    key: str
    answers: list[Answer]
    at: float

    def first(self) -> Answer:
        return next(answer for answer in self.answers if not is_replayed(answer))


@pytest.fixture(scope="module")
def pair() -> Iterator[Stack]:
    """Two gateways, which remember commands for a moment only."""
    shared = Stack(ORDO_INSTANCES="2", ORDO_REPEATS_REMEMBERED=str(REMEMBERED_S))
    yield shared
    shared.remove()


@pytest.fixture(scope="module")
def user(pair: Stack) -> User:
    return new_user(pair, money=MONEY)


@pytest.fixture(scope="module")
def asked(pair: Stack, user: User) -> list[Asked]:
    told = []
    for make in COMMANDS:
        command, key = make(user), new_key()
        told.append(Asked(command, key, command.post_at_once([user] * 50, key), time.monotonic()))
    return told


def at_gateway(stack: Stack, number: int, user: User) -> User:
    port = read_assignments(stack.folder / "ports")[f"gateway-{number}"]
    return User(f"http://127.0.0.1:{port}", str(user.token), user.id, user.name, user.address)


def what_is_the_same(command: Command, answer: Answer) -> tuple[int, Any, str]:
    """A cancellation shows its order as it is by then."""
    body = answer.json()
    return answer.status, body["id"] if command.path.endswith("/cancel") else body, answer.headers["Location"]


def require_replayed(user: User, each: Asked) -> None:
    with user.elsewhere() as own:
        again = each.command.post(own, each.key).expect(202)
        assert is_replayed(again), each.command.path
        assert what_is_the_same(each.command, again) == what_is_the_same(each.command, each.first())
        final = each.command.post(own, each.key, Prefer="wait=10")
        assert is_replayed(final) and final.status in (200, 201), final
        other = each.command.post(own, each.key, each.command.other_body).expect(422)
        assert other.json()["code"] == "idempotency_key_reused"


def require_done_once(stack: Stack, user: User, asked: list[Asked]) -> None:
    """What all of it comes to: one order paid, one refunded, one top-up, no more accounts."""
    await_shown(stack)
    with user.elsewhere() as own:
        own.await_balance(MONEY - PRICE + TOP_UP)
    mine = f"where user_id = '{user.id}'"
    assert sorted(status for (status,) in stack.psql(f"select status from read.orders {mine}")) == ["PAID", "REFUNDED"]
    assert sorted(kind for (kind,) in stack.psql(f"select kind from read.operations {mine}")) == ["payment", "payment", "refund", "topup", "topup"]
    assert stack.number(f"select count(*) from read.account_requests {mine}") == 1
    require_sound_money(stack)


def test_fifty_at_once_are_done_once_and_answered_alike(pair: Stack, user: User, asked: list[Asked]) -> None:
    for each in asked:
        assert len({str(what_is_the_same(each.command, answer)) for answer in each.answers}) == 1, each.command.path
        assert {answer.status for answer in each.answers} == {202}
        assert sum(not is_replayed(answer) for answer in each.answers) == 1
    require_done_once(pair, user, asked)


def test_a_repeat_is_known_when_no_gateway_remembers_it(pair: Stack, user: User, asked: list[Asked]) -> None:
    await_shown(pair)
    until(lambda: time.monotonic() > max(each.at for each in asked) + REMEMBERED_S, "it is forgotten", REMEMBERED_S + 10, every_s=0.5)
    for each in asked:
        for number in (1, 2):
            require_replayed(at_gateway(pair, number, user), each)
    require_done_once(pair, user, asked)


def test_a_repeat_is_known_after_everything_was_started_again(pair: Stack, user: User, asked: list[Asked]) -> None:
    await_shown(pair)
    pair.stop()
    pair.start()
    for each in asked:
        require_replayed(user, each)
    require_done_once(pair, user, asked)


@pytest.mark.parametrize("make", COMMANDS)
def test_two_gateways_that_are_asked_at_the_same_moment_do_it_once(pair: Stack, make: Any) -> None:
    user = new_user(pair, money=MONEY)
    command, key = make(user), new_key()
    everybody = [at_gateway(pair, number, user) for number in (1, 2)] * 10
    answers = command.post_at_once(everybody, key, Prefer="wait=20")
    assert {answer.status for answer in answers} == {201 if make is order else 200}
    assert make is account or len({str(answer.json()) for answer in answers}) == 1
    await_shown(pair)
    assert command.post(user, key, command.other_body).expect(422).json()["code"] == "idempotency_key_reused"
    require_sound_money(pair)
    moved = pair.number(f"select count(*) from read.operations where user_id = '{user.id}'")
    assert moved == {"order": 2, "cancellation": 3, "top_up": 2, "account": 1}[make.__name__]


@pytest.mark.parametrize("make", COMMANDS)
def test_a_command_that_the_log_took_from_a_gateway_that_fell_before_it_answered_is_done_once(pair: Stack, make: Any) -> None:
    user = new_user(pair, money=MONEY)
    command, key = make(user), new_key()
    fallen = pair.process_id("gateway-1")
    with pair.paused("nats"), Client(at_gateway(pair, 1, user).url, user.token, answer_limit_s=2) as impatient:
        with pytest.raises(TimeoutError):  # the log has it, and does not say so
            command.post(impatient, key)
        pair.kill("gateway-1")
    until(lambda: pair.process_id("gateway-1") != fallen and pair.is_ready(), "the gateway is back", 60)
    again = until_answered(user, command, key)
    assert again.status == (201 if make is order else 200)
    await_shown(pair)
    moved = pair.number(f"select count(*) from read.operations where user_id = '{user.id}'")
    assert moved == {"order": 2, "cancellation": 3, "top_up": 2, "account": 1}[make.__name__]
    require_sound_money(pair)


def until_answered(user: User, command: Command, key: str) -> Answer:
    found: list[Answer] = []

    def answered() -> bool:
        with user.elsewhere() as own:
            found.append(command.post(own, key, Prefer="wait=20"))
        return found[-1].status < 500
    until(answered, "it is answered", 60, every_s=0.2)
    return found[-1]
