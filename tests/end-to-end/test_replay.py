"""The read model can be thrown away: the log makes the same rows again, and no letter is sent by it."""

import threading

from ledger import await_finished, await_one_letter_each, checksums, require_sound_money
from load import Placed, make_users, place_orders
from people import User
from stack import Stack, until


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
