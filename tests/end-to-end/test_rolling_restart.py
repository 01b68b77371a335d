"""Gateways that are stopped and started one after the other under load: nobody notices where there are two, nothing is lost where there is one."""

import signal
from collections import Counter
from collections.abc import Iterator

import pytest
from constant_load import Noted, constant_load, unexpected
from ledger import await_finished, require_sound_money
from people import User, new_user
from stack import Stack, until

ENDS_S = 10


@pytest.fixture(scope="module")
def pair() -> Iterator[Stack]:
    shared = Stack(ORDO_INSTANCES="2")
    yield shared
    shared.remove()


def restart(stack: Stack, name: str) -> None:
    stopping = stack.process_id(name)
    stack.kill(name, signal.SIGTERM)
    until(lambda: stack.process_id(name) != stopping, f"{name} ends, and ./run starts it again", ENDS_S + 10)
    until((stack.folder / "ready" / name).exists, f"{name} is ready again", 30)


def await_more(noted: Noted, count: int) -> None:
    before = noted.count()
    until(lambda: noted.count() >= before + count, f"{count} more answers", 60)


def require_each_in_the_log_once(stack: Stack, user: User, noted: Noted) -> None:
    await_finished(stack, noted.accepted)
    pending = stack.psql(f"select order_id, count(*) from read.order_timeline where user_id = '{user.id}' and type = 'OrderPending.v1' group by 1")
    told = Counter({order: int(count) for order, count in pending})
    assert set(noted.accepted) <= told.keys()
    assert set(told.values()) == {1}
    require_sound_money(stack)


def test_two_gateways_restarted_one_after_the_other_under_load_fail_nobody(pair: Stack) -> None:
    user = new_user(pair, money=1_000_000)
    with constant_load(user) as noted:
        for name in ("gateway-1", "gateway-2", "gateway-1", "gateway-2"):
            await_more(noted, 100)
            restart(pair, name)
        await_more(noted, 100)
    assert noted.broken == []
    assert [(answer.status, answer.body) for answer in noted.refused] == []
    assert unexpected(noted) == {}
    require_each_in_the_log_once(pair, user, noted)
    said = (pair.folder / "run.out").read_text()
    for name in ("gateway-1", "gateway-2"):
        assert said.count(f"{name} ended with status 0") == 2, said


def test_a_gateway_that_is_alone_loses_nothing_and_says_when_to_come_again(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000_000)
    with constant_load(user) as noted:
        for _ in range(2):
            await_more(noted, 100)
            restart(frail_stack, "gateway")
        await_more(noted, 100)
    assert noted.broken == []
    assert {answer.status for answer in noted.refused} <= {503}
    assert all(answer.headers["Retry-After"] for answer in noted.refused)
    assert unexpected(noted) == {}
    require_each_in_the_log_once(frail_stack, user, noted)
