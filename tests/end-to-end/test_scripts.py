"""./run as its user meets it: what it prints, what it refuses, and that it leaves nothing behind."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from stack import ROOT, STOP_LIMIT_S, Stack, environment_of, until


def run(folder: Path, *arguments: str, limit_s: float = 900, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "run", *arguments], env=environment_of(folder, **environment), cwd="/", text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=limit_s, check=False)


def processes_of(folder: Path) -> list[str]:
    """The command lines of all living processes that were started with this ORDO_VAR."""
    mark, found = f"ORDO_VAR={folder}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue  # it ended while we looked, or is somebody else's
    return [line for line in found if line]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ordo & its folder-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_the_demo_walks_an_order_from_post_to_letter_and_ends(folder: Path) -> None:
    done = run(folder, "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    at = 0
    for event in ("OrderCreateRequested", "OrderPending", "PaymentProcessed", "OrderUpdateMessage", "NotificationSent",
                  "OrderCancelRequested", "PaymentRefunded", "OrderUpdateMessage", "NotificationSent"):
        at = done.stdout.index(event, at)
    for word in ("COMMANDS-", "ORDERS-", "BILLING-", "NOTIFICATIONS-", " ms", "PAID", "Subject: Your money is back"):
        assert word in done.stdout
    assert processes_of(folder) == []


def test_the_demo_uses_the_stack_that_runs(stack: Stack) -> None:
    done = run(stack.folder, "demo", limit_s=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert stack.is_ready()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_that_was_started(own_stack: Stack, number: signal.Signals) -> None:
    assert len(processes_of(own_stack.folder)) >= 10
    os.killpg(own_stack.process.pid, number)
    assert own_stack.process.wait(STOP_LIMIT_S) == 128 + number
    assert processes_of(own_stack.folder) == []
    assert not (own_stack.folder / "run.env").exists()


def test_the_roles_do_not_outlive_a_run_that_was_killed(own_stack: Stack) -> None:
    own_stack.process.kill()
    own_stack.process.wait()
    until(lambda: processes_of(own_stack.folder) == [], "every process has gone", STOP_LIMIT_S)
    own_stack.start()


def test_a_start_that_fails_in_the_middle_leaves_nothing_behind(folder: Path) -> None:
    program = folder / "ordo"  # which can do all but `setup`
    program.write_text(f'#!/bin/sh\n[ "$1" != setup ] && exec {os.environ.get("ORDO_BINARY", ROOT / "build/release/cli/ordo")} "$@"\n')
    program.chmod(0o755)
    done = run(folder, ORDO_BINARY=str(program))
    assert done.returncode != 0
    assert "setup" in done.stderr
    assert processes_of(folder) == []


def test_a_signal_in_the_middle_of_the_start_leaves_nothing_behind(folder: Path) -> None:
    process = subprocess.Popen([ROOT / "run"], env=environment_of(folder), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    until(lambda: (folder / "pids/postgres.pid").exists(), "the first servers are started", 900)
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOP_LIMIT_S) == 128 + signal.SIGTERM
    assert processes_of(folder) == []


def test_a_port_that_is_taken_is_named_with_what_to_do(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run(folder, ORDO_PORT=str(port), limit_s=60)
    assert done.returncode != 0
    assert str(port) in done.stderr and "taken" in done.stderr and "ORDO_PORT" in done.stderr
    assert processes_of(folder) == []


def test_a_second_run_on_the_same_folder_is_refused_and_the_first_goes_on(stack: Stack) -> None:
    done = run(stack.folder, limit_s=60)
    assert done.returncode != 0
    assert str(stack.folder) in done.stderr and "ORDO_VAR" in done.stderr
    assert stack.is_ready()


@pytest.mark.parametrize("arguments", [("nonsense",), ("demo", "twice")])
def test_what_run_does_not_know_is_answered_with_its_help(folder: Path, arguments: tuple[str, ...]) -> None:
    done = run(folder, *arguments, limit_s=10)
    assert done.returncode == 2
    assert "./run demo" in done.stderr


def test_secrets_are_for_their_owner_only(stack: Stack) -> None:
    for file in [stack.folder / "run.env", *(stack.folder / "secrets").iterdir()]:
        assert file.stat().st_mode & 0o077 == 0 or (stack.folder / "secrets").stat().st_mode & 0o077 == 0, file
    assert (stack.folder / "run.env").stat().st_mode & 0o077 == 0
    for folder in ("logs", "mail"):  # who asked for what, and what was written to whom
        assert (stack.folder / folder).stat().st_mode & 0o077 == 0, folder
    secrets = [stack.address["ORDO_DEMO_PASSWORD"], stack.address["ORDO_ADMIN_PASSWORD"]]
    for log in (stack.folder / "logs").glob("*.log"):
        assert not [secret for secret in secrets if secret in log.read_text(errors="replace")], log


PAUSING = """
set -euo pipefail
. docker/run.d/say.sh
open_descriptors
end() {
  trap '' TERM
  trap - EXIT
  set +e
  kill "$child"
  for id in $(jobs -pr); do :; done
  pause 0.01
  say ended
  exit 143
}
look_after() {
  while true; do is_alive "$child" || true; pause 0.02; done
} 2>/dev/null
trap end EXIT
trap 'leave 143' TERM
sleep 60 >/dev/null &
child=$!
echo begun
look_after
"""


def test_a_signal_in_the_middle_of_a_pause_ends_a_script_in_order() -> None:
    """Many times, because bash dies of it rarely where a trap ends a script inside `read`."""
    for number in range(20):
        pausing = [subprocess.Popen(["bash", "-c", PAUSING], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        for process in pausing:
            assert process.stdout and process.stdout.readline() == "begun\n"
        for process in pausing:
            time.sleep(number % 10 / 500)  # so that the signal comes at another moment of the pause each time
            process.terminate()
        assert [(process.communicate(timeout=20)[0], process.returncode) for process in pausing] == 4 * [("ended\n", 143)]
