"""`ordo events tail` as one joint of a pipe."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from people import User
from stack import ROOT, Stack, environment_of, until


@contextlib.contextmanager
def tail(stack: Stack, *arguments: str, into: int | IO[str] = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    program = Path(stack.address.get("ORDO_BINARY", ROOT / "build/release/cli/ordo"))
    process = subprocess.Popen([program, "events", "tail", *arguments], env=environment_of(stack.folder, **stack.address), cwd=ROOT,
                               stdin=subprocess.DEVNULL, stdout=into, stderr=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_a_tail_ends_in_order_when_its_reader_has_seen_enough(stack: Stack, user: User) -> None:
    assert user
    with tail(stack, "--since-start") as process:
        assert process.stdout and process.stdout.readline()
        process.stdout.close()
        until(lambda: process.poll() is not None, "the tail ends")
        assert process.returncode == 0


def test_a_tail_that_has_nothing_to_print_sees_its_reader_leave_as_well(stack: Stack) -> None:
    with tail(stack, "--correlation", "nobody-has-this-one") as process:
        assert process.stdout
        process.stdout.close()
        until(lambda: process.poll() is not None, "the tail ends")
        assert process.returncode == 0


def test_a_tail_into_a_full_disk_says_so(stack: Stack, user: User) -> None:
    assert user
    with Path("/dev/full").open("w") as full, tail(stack, "--since-start", into=full) as process:
        until(lambda: process.poll() is not None, "the tail ends")
        assert process.returncode == 1
        assert process.stderr and "cannot be written" in process.stderr.read()
