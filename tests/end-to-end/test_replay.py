"""The read model can be thrown away: the log makes the same rows again, and no letter is sent by it."""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger import await_finished, await_one_letter_each, checksums, require_sound_money
from load import Placed, make_users, place_orders
from people import User
from stack import ROOT, Stack, environment_of, until


def some_orders(stack: Stack, users: list[User], seed: int, count: int = 60) -> list[Placed]:
    placed = place_orders(users, count, seed)
    await_finished(stack, [order.order_id for order in placed])
    await_one_letter_each(stack, [order.correlation_id for order in placed])
    settle(stack)
    return placed


def settle(stack: Stack) -> None:
    """Until every event of every order is in the timeline: five each."""
    until(lambda: stack.number("select count(*) from read.order_timeline") == 5 * stack.number("select count(*) from read.orders"),
          "five events of each order are in the timeline", 30)


def test_the_read_model_that_was_dropped_comes_back_the_same(own_stack: Stack) -> None:
    some_orders(own_stack, make_users(own_stack, 5), seed=3)
    before, told = checksums(own_stack), own_stack.ordo("projections", "checksum")
    letters = sorted(letter.message_id for letter in own_stack.mailbox())
    own_stack.stop()
    own_stack.start("services")
    own_stack.psql("drop schema read cascade")
    own_stack.stop()
    own_stack.start()
    until(lambda: checksums(own_stack) == before, "the same rows", 60)
    assert own_stack.ordo("projections", "checksum") == told
    assert sorted(letter.message_id for letter in own_stack.mailbox()) == letters


def test_a_rebuild_disturbs_no_reader_and_changes_no_row(own_stack: Stack) -> None:
    users = make_users(own_stack, 5)
    placed = some_orders(own_stack, users, seed=4)
    before, letters = checksums(own_stack), len(own_stack.mailbox())
    done = threading.Event()
    statuses: set[int] = set()

    def read() -> None:
        with users[0].elsewhere() as reader:
            while not done.is_set():
                statuses.add(reader.get("/api/orders?limit=1").status)
    thread = threading.Thread(target=read)
    thread.start()
    try:
        own_stack.ordo("projections", "rebuild")
    finally:
        done.set()
        thread.join()
    assert statuses == {200}
    assert checksums(own_stack) == before
    assert len(own_stack.mailbox()) == letters
    assert placed


def test_orders_that_are_placed_during_a_rebuild_are_all_there_after_it(own_stack: Stack) -> None:
    users = make_users(own_stack, 5)
    some_orders(own_stack, users, seed=5)
    rebuild = threading.Thread(target=own_stack.ordo, args=("projections", "rebuild"))
    rebuild.start()
    some_orders(own_stack, users, seed=6, count=200)
    rebuild.join()
    settle(own_stack)
    require_sound_money(own_stack)
    before = checksums(own_stack)
    own_stack.ordo("projections", "rebuild")
    assert checksums(own_stack) == before


@contextlib.contextmanager
def no_swap(stack: Stack) -> Iterator[None]:
    """As long as this transaction is open, a rebuild that has filled its tables cannot put them in their place."""
    with subprocess.Popen(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", stack.address["ORDO_POSTGRES_URL"]], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
        assert session.stdin and session.stdout
        try:
            session.stdin.write("begin; lock table read.checkpoints in row exclusive mode; select 'held';\n")
            session.stdin.flush()
            assert session.stdout.readline() == "held\n"
            yield
        finally:
            session.stdin.close()


def begin_rebuild(stack: Stack) -> subprocess.Popen[str]:
    program = Path(stack.address.get("ORDO_BINARY", ROOT / "build/release/cli/ordo"))
    return subprocess.Popen([program, "projections", "rebuild"], env=environment_of(stack.folder, **stack.address), cwd=ROOT,
                            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def has_filled(stack: Stack) -> bool:
    return (stack.psql("select to_regclass('read_next.order_timeline') is not null") == [["t"]]
            and stack.number("select count(*) from read_next.order_timeline") == 300)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_rebuild_that_was_stopped_goes_on_when_it_is_run_again(own_stack: Stack, number: signal.Signals) -> None:
    some_orders(own_stack, make_users(own_stack, 5), seed=7)
    before = checksums(own_stack)
    with no_swap(own_stack):
        stopped = begin_rebuild(own_stack)
        until(lambda: has_filled(own_stack), "the rebuild has filled its tables")
        stopped.send_signal(number)
        _, said = stopped.communicate(timeout=30)
        assert stopped.returncode == (1 if number == signal.SIGINT else -number)
        assert "run it again to go on" in said or number == signal.SIGKILL
    _, said = begin_rebuild(own_stack).communicate(timeout=60)
    assert "goes on with what stands in schema read_next" in said
    assert " events more in " in said
    assert checksums(own_stack) == before
