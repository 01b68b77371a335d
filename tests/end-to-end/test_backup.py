"""A backup that is made while everything runs brings back the same system: same events at the same places, same users, same verdict."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ledger import await_finished, await_one_letter_each, checksums, require_sound_money
from load import Placed, make_users, place_orders
from people import PASSWORD, User
from stack import Stack, until

DONE, NOT_DONE = 0, 1


@dataclass
class Source:
    """A system with some life behind it, backed up while orders came in and once more at rest."""
    stack: Stack
    users: list[User]
    placed: list[Placed]
    folder: Path
    told: dict[str, Any]  # what the second backup said of itself

    def backup(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    folder = tmp_path_factory.mktemp("backups")
    stack = Stack()
    users = make_users(stack, 4)
    placed, done = place_orders(users, 60, seed=31), threading.Event()

    def load() -> None:
        seed = 40
        while not done.is_set():
            placed.extend(place_orders(users, 20, seed=(seed := seed + 1)))
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        try:
            count = len(placed)
            until(lambda: len(placed) > count or loading.done(), "orders come in")
            stack.ordo("backup", str(folder / "under-load"))
        finally:
            done.set()
        loading.result()
    await_finished(stack, [order.order_id for order in placed])
    await_one_letter_each(stack, [order.correlation_id for order in placed])
    told = json.loads(stack.ordo("backup", str(folder / "at-rest"), "--output", "json"))
    yield Source(stack, users, placed, folder, told)
    stack.remove()


@pytest.fixture
def empty(source: Source) -> Iterator[Stack]:
    """Servers with nothing on them, and the secrets of the system that was backed up."""
    stack = Stack(prepare=lambda folder: shutil.copytree(source.stack.folder / "secrets", folder / "secrets"), first=("services",))
    yield stack
    stack.remove()


def events(stack: Stack) -> list[str]:
    return stack.ordo("export", "-").splitlines()


def test_a_backup_at_rest_brings_the_same_system_back(source: Source, empty: Stack) -> None:
    before, rows, order = events(source.stack), checksums(source.stack), source.placed[0]
    empty.ordo("restore", str(source.backup("at-rest")), "--reason", "the machine is gone")
    assert events(empty) == before
    assert "the machine is gone" in empty.ordo("export", "-", "--stream", "AUDIT")
    assert source.stack.try_ordo("verify").returncode == DONE
    empty.stop()
    empty.start()
    await_finished(empty, [placed.order_id for placed in source.placed])
    until(lambda: checksums(empty) == rows, "the read model is the same as before", 60, every_s=0.5)
    assert "DIFFERS" not in empty.ordo("verify")
    empty.ordo("projections", "rebuild")
    assert checksums(empty) == rows
    assert empty.ordo("explain", order.order_id) == source.stack.ordo("explain", order.order_id)


def test_a_backup_under_load_holds_together_and_life_goes_on_after_it(source: Source, empty: Stack) -> None:
    empty.ordo("restore", str(source.backup("under-load")))
    empty.stop()
    empty.start()
    for user in source.users:
        answer = empty.client().post("/api/auth/login", {"username": user.name, "password": PASSWORD}).expect(200)
        assert answer.json()["access_token"]
    # What was begun before the cut is brought to its end.
    until(lambda: empty.number("select count(*) from read.orders where status in ('NEW', 'PENDING')") == 0, "no order is unfinished", 60)
    until(lambda: empty.try_ordo("verify").returncode == DONE, "verify finds it sound", 60)
    back = User(empty.address["ORDO_URL"], str(answer.json()["access_token"]), source.users[-1].id, source.users[-1].name, "")
    paid = back.order(10, Prefer="wait=10").expect(201)
    back.get(f"/api/orders/{paid.json()['id']}", Ordo_After=paid.headers["Ordo-Position"]).expect(200)
    require_sound_money(empty)
    assert "DIFFERS" not in empty.ordo("verify")


def test_a_position_that_a_client_holds_is_good_after_a_restore(source: Source, empty: Stack) -> None:
    """The position of an order before the backup, shown by the log itself."""
    held = [json.loads(line) for line in source.stack.ordo("events", "search", "--correlation", source.placed[0].correlation_id,
                                                           "--output", "ndjson").splitlines()]
    empty.ordo("restore", str(source.backup("at-rest")))
    for event in held:
        place = f"{event['stream']}@{event['sequence']}.{event['index']}"
        assert event["id"] in empty.ordo("events", "show", place)


def test_a_flipped_byte_is_refused_by_its_files_name_and_nothing_is_written(source: Source, empty: Stack, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(source.backup("at-rest"), copy)
    largest = max(copy.glob("ORDERS-*"), key=lambda file: file.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    for command in (["restore"], ["backup", "--check"]):
        refused = empty.try_ordo(*command, str(copy))
        assert refused.returncode == NOT_DONE
        assert largest.name in refused.stderr and "damaged" in refused.stderr
    assert empty.try_ordo("status").returncode != DONE
    assert "never set up" in empty.try_ordo("events", "search", "--type", "x").stderr
    empty.ordo("restore", str(source.backup("at-rest")))


def test_a_system_that_runs_or_holds_something_is_not_restored_over(source: Source) -> None:
    before = events(source.stack)
    refused = source.stack.try_ordo("restore", str(source.backup("at-rest")))
    assert refused.returncode == NOT_DONE
    assert "are running" in refused.stderr and "stop them" in refused.stderr
    assert events(source.stack) == before
    again = source.stack.try_ordo("backup", str(source.backup("at-rest")))
    assert again.returncode == NOT_DONE and "is there already" in again.stderr
    assert source.stack.ordo("backup", "--check", str(source.backup("at-rest")))


def test_a_killed_restore_lets_no_role_start_and_goes_on_when_it_is_run_again(source: Source, empty: Stack) -> None:
    command = [empty.program(), "restore", str(source.backup("at-rest"))]
    environment = {"ORDO_NATS_URL": empty.address["ORDO_NATS_URL"], "ORDO_POSTGRES_URL": empty.address["ORDO_POSTGRES_URL"]}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as killed:
        until(lambda: "not at its end" in empty.try_ordo("events", "search", "--type", "x").stderr or killed.poll() is not None,
              "the restore has begun", every_s=0.01)
        killed.kill()
    assert "is not at its end, so the log is not whole: run `ordo restore`" in empty.try_ordo("setup").stderr
    empty.ordo("restore", str(source.backup("at-rest")))
    assert events(empty) == events(source.stack)


def test_only_the_log_is_restored_and_only_the_users_are(source: Source, empty: Stack) -> None:
    folder, users = str(source.backup("at-rest")), "select user_id, username, password_hash from identity.users order by user_id"
    assert "never set up" in empty.try_ordo("restore", folder, "--only", "users").stderr
    empty.ordo("restore", folder, "--only", "log")
    assert events(empty) == events(source.stack)
    empty.psql("drop schema read, read_control cascade")  # as where all of Postgres was lost
    for _ in range(2):  # done before: nothing is done, and nothing is wrong
        empty.ordo("restore", folder, "--only", "users")
        assert empty.psql(users) == source.stack.psql(users)
    assert ["t", "read.orders"] in empty.psql("select has_schema_privilege('ordo_identity','identity','usage'), to_regclass('read.orders')")
    assert all(f"only the {part}" in empty.ordo("audit", "--limit", "0") for part in ("log", "users"))


def test_what_is_exported_is_imported_just_as_it_was_and_holds_no_person(source: Source, empty: Stack, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson.zst"
    source.stack.ordo("export", str(file))
    assert file.stat().st_mode & 0o077 == 0
    lines = events(source.stack)
    said = "\n".join(lines)
    assert "argon2" not in said and not any(user.name in said for user in source.users)
    types = {json.loads(line)["type"] for line in lines[1:-1]}
    assert {"OrderCreateRequested.v1", "OrderPending.v1", "PaymentProcessed.v1", "OrderUpdateMessage.v1"} <= types
    empty.ordo("import", str(file))
    assert events(empty) == lines
    assert empty.number("select count(*) from identity.users") == 0
    assert empty.try_ordo("import", str(file)).returncode == NOT_DONE


def test_an_export_between_two_moments_holds_what_came_between_them(source: Source, tmp_path: Path) -> None:
    orders = [section for section in source.told["streams"] if section["stream"].startswith("ORDERS-")]
    longest = max(orders, key=lambda section: section["messages"])  # some partitions may be nobody's
    stream, first, last = longest["stream"], longest["first"], longest["last"]
    middle = (first + last) // 2
    for arguments, wanted in ((["--to", f"{stream}@{middle}"], (first, middle)), (["--from", f"{stream}@{middle}"], (middle + 1, last))):
        lines = [json.loads(line) for line in source.stack.ordo("export", "-", "--stream", stream, *arguments).splitlines()]
        assert (lines[-1]["streams"][stream]["first"], lines[-1]["streams"][stream]["last"]) == wanted
        assert {line["sequence"] for line in lines[1:-1]} == set(range(wanted[0], wanted[1] + 1))


def test_what_a_backup_holds_is_for_its_owner_only(source: Source) -> None:
    folder = source.backup("at-rest")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert {"manifest.json", "identity.ndjson.zst", "ORDERS-0.ndjson.zst"} <= {file.name for file in folder.iterdir()}
    assert not list(source.folder.glob("*.partial"))
