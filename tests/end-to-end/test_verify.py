"""`ordo verify` adds everything up a second time: it finds a sound system sound, under load too, and whatever was changed by hand."""

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ledger import await_finished
from load import make_users, place_orders
from stack import ROOT, Stack, until

SOUND, NOT_CHECKED, DIFFERS = 0, 1, 2


@pytest.fixture(scope="module")
def verified() -> Iterator[Stack]:
    """Holds some orders; each test puts back what it changed."""
    stack = Stack()
    placed = place_orders(make_users(stack, 4), 120, seed=11)
    await_finished(stack, [order.order_id for order in placed])
    yield stack
    stack.remove()


def differences(stack: Stack) -> dict[str, str]:
    """Check → where it differs; the exit code must say the same."""
    done = stack.try_ordo("verify", "--output", "json")
    assert done.returncode in (SOUND, DIFFERS), done.stderr
    told = json.loads(done.stdout)
    found = {check["check"]: check["difference"]["where"] for check in told["checks"] if not check["sound"]}
    assert (done.returncode == SOUND) == told["sound"] == (not found)
    return found


def test_a_system_under_load_is_sound(verified: Stack) -> None:
    users, done = make_users(verified, 4), threading.Event()
    counts: list[int] = []

    def load() -> None:
        while not done.is_set():
            counts.append(len(place_orders(users, 20, seed=20 + len(counts))))
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        try:
            until(lambda: counts or loading.done(), "the first orders under load")
            for _ in range(3):
                assert differences(verified) == {}
                assert not loading.done()
        finally:
            done.set()
        loading.result()
    table = verified.ordo("verify")
    assert "DIFFERS" not in table
    assert "topped up" in table


# What is done by hand, on one row → the table that must be named, and the row's key.
CHANGES = [
    ("balances", "user_id", "update read.balances set balance = balance + 1 where user_id = '{key}'"),
    ("orders", "order_id", "update read.orders set total = total + 1 where order_id = '{key}'"),
    ("operations", "operation_id", "delete from read.operations where operation_id = '{key}'"),
    ("notifications", "notification_id", "update read.notifications set state = 'failed', sent_at = null where notification_id = '{key}'"),
]


@pytest.mark.parametrize(("table", "column", "change"), CHANGES, ids=[row[0] for row in CHANGES])
def test_a_row_that_was_changed_by_hand_is_named(verified: Stack, table: str, column: str, change: str) -> None:
    key = verified.psql(f"select {column} from read.{table} order by {column} limit 1")[0][0]
    verified.psql(f"create table public.kept as select * from read.{table} where {column} = '{key}'")
    try:
        verified.psql(change.format(key=key))
        assert f"{column}={key}" in differences(verified)[f"read.{table}"]
        said = verified.try_ordo("verify")
        assert said.returncode == DIFFERS
        assert f"read.{table} {column}={key}" in said.stdout
    finally:
        verified.psql(f"delete from read.{table} where {column} = '{key}'; insert into read.{table} select * from public.kept;"
                      " drop table public.kept")
    assert differences(verified) == {}


def test_what_cannot_be_checked_is_neither_sound_nor_different(verified: Stack) -> None:
    done = verified.try_ordo("verify", ORDO_POSTGRES_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert done.returncode == NOT_CHECKED
    assert done.stdout == ""


@contextlib.contextmanager
def nats_on(store: Path, stack: Stack) -> Iterator[str]:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port = any_port.getsockname()[1]
    server = subprocess.Popen([stack.address["ORDO_NATS_SERVER"], "--config", ROOT / "docker/nats.conf", "--addr", "127.0.0.1",
                               "--port", str(port), "--store_dir", store], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def listens() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False
    try:
        until(listens, "nats-server listens", 20)
        yield f"nats://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def change_one_byte(store: Path) -> str:
    """In the middle of the largest stream of orders; returns its name."""
    block = max(store.glob("jetstream/*/streams/ORDERS-*/msgs/1.blk"), key=lambda file: file.stat().st_size)
    content = bytearray(block.read_bytes())
    place = content.find(b"Green tea", len(content) // 2)
    assert place > 0
    content[place] ^= 1
    block.write_bytes(content)
    return block.parents[1].name


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_a_byte_that_changed_in_a_copied_store_is_found(own_stack: Stack, killed: bool, tmp_path: Path) -> None:
    placed = place_orders(make_users(own_stack, 2), 60, seed=13)
    await_finished(own_stack, [order.order_id for order in placed])
    own_stack.stop()
    copy = tmp_path / "store"
    shutil.copytree(own_stack.folder / "nats", copy)
    if killed:  # a server that was killed leaves no index, and its successor cuts the stream off where it is damaged
        for index in copy.glob("jetstream/*/streams/*/msgs/index.db"):
            index.unlink()
    with nats_on(copy, own_stack) as url:
        whole = own_stack.try_ordo("verify", "--log-only", ORDO_NATS_URL=url)
        assert whole.returncode == SOUND, whole.stdout
    stream = change_one_byte(copy)
    with nats_on(copy, own_stack) as url:
        done = own_stack.try_ordo("verify", "--log-only", ORDO_NATS_URL=url)
    assert done.returncode == DIFFERS, done.stdout + done.stderr
    assert stream in done.stdout
