"""A long rebuild is stopped, killed, and finished: what serves is as it was all the time, and nothing is done twice."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator

import pytest
from stack import ROOT, Stack, environment_of, until

ORDERS, ORDERS_IN_A_MESSAGE = 30_000, 30  # many messages, so that a rebuild can be stopped at any third of its way


class Servers(Stack):
    """Nothing but the servers: whoever wants a role runs it."""

    def start(self, *arguments: str) -> None:
        super().start(*arguments or ("services",))


@pytest.fixture(scope="module")
def filled() -> Iterator[Stack]:
    stack = Servers()
    try:
        stack.ordo("setup")
        program = os.environ.get("ORDO_FILL_LOG", ROOT / "build/release/tests/bench/fill_log")
        subprocess.run([program, stack.address["ORDO_NATS_URL"], "orders", str(ORDERS), str(ORDERS_IN_A_MESSAGE)], check=True, timeout=300)
        yield stack
    finally:
        stack.remove()


def begin(stack: Stack, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([stack.program(), "projections", "rebuild", *arguments], env=environment_of(stack.folder, **stack.address),
                            cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def messages_done(stack: Stack) -> int:
    there = stack.psql("select to_regclass('read_next.checkpoints') is not null") == [["t"]]
    return stack.number("select coalesce(sum(sequence), 0)::bigint from read_next.checkpoints") if there else 0


def stop_at(stack: Stack, process: subprocess.Popen[str], messages: int, number: signal.Signals) -> tuple[int, str]:
    """Answers how many messages were done then, and what the process said."""
    until(lambda: messages_done(stack) >= messages or process.poll() is not None, f"{messages} messages are done", 300, every_s=0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == (1 if number == signal.SIGINT else -number), said
    return messages_done(stack), said


def test_a_rebuild_that_is_stopped_and_killed_and_run_again_reads_nothing_twice(filled: Stack) -> None:
    filled.ordo("projections", "rebuild", limit_s=600)
    sums = filled.ordo("projections", "checksum")
    plan = json.loads(filled.ordo("projections", "rebuild", "--dry-run", "--output", "json"))
    total = plan["messages_total"]
    assert abs(plan["events_left"] - filled_events(filled)) < 0.2 * plan["events_left"]

    stopped, said = stop_at(filled, begin(filled), total * 3 // 10, signal.SIGINT)
    assert total * 3 // 10 <= stopped < total and "what serves is as it was" in said
    assert filled.ordo("projections", "checksum") == sums
    killed, _ = stop_at(filled, begin(filled), max(total * 6 // 10, stopped), signal.SIGKILL)
    assert stopped <= killed < total
    assert filled.ordo("projections", "checksum") == sums
    plan = json.loads(filled.ordo("projections", "rebuild", "--dry-run", "--output", "json"))
    assert plan["goes_on"] and plan["messages_done"] == killed
    onlookers_see(filled, killed, total)

    last = begin(filled)
    _, said = last.communicate(timeout=600)
    assert last.returncode == 0, said
    figures = re.search(r"rebuilt from ([\d,]+) events more .*; ([\d,]+) of ([\d,]+) messages were done before and not read again", said)
    assert figures, said
    more, before, of = (int(figure.replace(",", "")) for figure in figures.groups())
    assert before == killed and of == total
    assert more < 0.75 * filled_events(filled)
    assert filled.ordo("projections", "checksum") == sums
    print(f"{total} messages: stopped at {stopped}, killed at {killed}; the last run read {total - before} of them, {more} events")


def onlookers_see(stack: Stack, done: int, total: int) -> None:
    """Whoever asks how the system stands sees what is being made, its stage, and how far it is."""
    told = json.loads(stack.try_ordo("status", "--output", "json").stdout)["rebuild"]
    assert (told["rebuild"], told["stage"], told["messages_done"], told["messages_total"]) == ("read_next", "filling", done, total)
    assert 0 < told["events_done"] < told["events_total"]
    assert re.search(r"rebuild: read_next is filling, \d+ %: about [\d,]+ of [\d,]+ events", stack.try_ordo("status").stdout)
    schemas = json.loads(stack.ordo("projections", "ls", "--output", "json"))["schemas"]
    [row] = [row for row in schemas if row["schema"] == "read_next"]
    assert (row["stage"], row["messages_done"], row["events_done"]) == ("filling", done, told["events_done"])
    assert "run it again to go on; filling, " in stack.ordo("projections", "ls")


def filled_events(stack: Stack) -> int:
    """Every event of an order is in the timeline; beside those each wallet has been opened and filled."""
    return stack.number("select (select count(*) from read.order_timeline) + (select sum(version) from read.balances) "
                        "- (select count(*) from read.operations where kind <> 'topup')")


def test_lanes_of_one_projection_are_rebuilt_alone_and_the_rest_is_kept(filled: Stack) -> None:
    sums = filled.ordo("projections", "checksum")
    said = filled.try_ordo("projections", "rebuild", "notifications", limit_s=600)
    assert said.returncode == 0, said.stderr
    assert filled.ordo("projections", "checksum") == sums
    assert "orders made anew" not in filled.ordo("projections", "ls") and "notifications made anew, the rest kept" in filled.ordo("projections", "ls")
