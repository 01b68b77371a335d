"""Three NATS servers: who leads which stream, how fast they store, and the fall of whoever leads."""

import contextlib
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from campaign import Strike
from faults import Killed
from finding import WRONG, Finding
from stack import Stack, until

LOOK_EVERY_S = 0.5
ANSWER_LIMIT_S = 1.0
AROUND_S = 3.0  # before and after a fault
IN_STEP_LIMIT_S = 120


def ask(url: str, path: str) -> dict[str, Any] | None:
    """None: no answer, or not a good one."""
    with contextlib.suppress(OSError, ValueError):
        with urllib.request.urlopen(f"{url}/{path}", timeout=ANSWER_LIMIT_S) as answer:
            return dict(json.loads(answer.read()))
    return None


def streams_at(url: str) -> list[dict[str, Any]]:
    told = ask(url, "jsz?streams=true")
    return [stream for account in (told or {}).get("account_details", []) for stream in account.get("stream_detail", [])]


def monitors(stack: Stack) -> list[str]:
    return stack.address["ORDO_NATS_MONITOR_URL"].split(",")


def names_of_streams(stack: Stack) -> list[str]:
    return sorted({stream["name"] for url in monitors(stack) for stream in streams_at(url)})


def leader_of(stack: Stack, name: str) -> str | None:
    """As most of the servers that answer say it; None while there is none."""
    said = [stream["cluster"].get("leader", "") for url in monitors(stack) for stream in streams_at(url) if stream["name"] == name]
    leader = max(set(said), key=said.count, default="")
    return leader or None


def await_in_step(stack: Stack) -> None:
    """Until every server holds what the leader of each stream held a moment ago, so that one of them may fall. Not by /healthz: that
    stays bad for as long as the servers remember a reader that went away during a cut. And not by `current` alone: a server says it
    of itself when it knows of all messages, and fetches them afterwards."""
    deadline = time.monotonic() + IN_STEP_LIMIT_S
    held: dict[str, int] = {}
    while missing := (set(names_of_streams(stack)) - held.keys()) | behind(stack, held):
        assert time.monotonic() < deadline, f"out of step for {IN_STEP_LIMIT_S} s: {sorted(missing)}"
        time.sleep(LOOK_EVERY_S)
        held = held or held_by_leaders(stack)


def held_by_leaders(stack: Stack) -> dict[str, int]:
    """Stream → its last sequence, once all have a leader who finds all others current."""
    found = {}
    for number, url in enumerate(monitors(stack), 1):
        for stream in streams_at(url):
            others = stream["cluster"].get("replicas", [])
            if (stream["cluster"].get("leader") == f"nats-{number}" and len(others) == len(monitors(stack)) - 1
                    and all(other["current"] and not other.get("offline") for other in others)):
                found[stream["name"]] = stream["state"]["last_seq"]
    return found if found.keys() == set(names_of_streams(stack)) else {}


def behind(stack: Stack, held: dict[str, int]) -> set[str]:
    """The streams that some server does not hold so far itself."""
    there = [{stream["name"]: stream["state"]["last_seq"] for stream in streams_at(url)} for url in monitors(stack)]
    return {name for name, last in held.items() if any(own.get(name, -1) < last for own in there)}


def judge_copies(stack: Stack) -> list[Finding]:
    """Nobody appends any more, so every server holds the same."""
    try:
        await_in_step(stack)
    except AssertionError as error:
        return [Finding(WRONG, str(error))]
    copies = [{stream["name"]: stream["state"] for stream in streams_at(url)} for url in monitors(stack)]
    kept = [{name: (state["messages"], state["first_seq"], state["last_seq"]) for name, state in copy.items() if not name.startswith("KV_")}
            for copy in copies]
    return [] if all(copy == kept[0] for copy in kept) else [Finding(WRONG, f"the servers hold different streams: {kept}")]


class LeaderKilled(Killed):
    """Whoever leads the stream at this moment."""

    def __init__(self, stack: Stack, stream: str) -> None:
        super().__init__(stack, "nats-1", title=f"kill -9 leader of {stream.rsplit('-', 1)[0]}")
        self._stream = stream

    def prepare(self) -> None:
        await_in_step(self._stack)
        leader = until(lambda: leader_of(self._stack, self._stream), f"{self._stream} has a leader", IN_STEP_LIMIT_S)
        self._name = str(leader)
        super().prepare()


@dataclass(frozen=True)
class Stored:
    at: float
    messages: int  # in all streams together, ever


class AppendRate:
    """How many messages the cluster has stored, looked at twice a second."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._seen: list[Stored] = []
        self._last: dict[str, int] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "AppendRate":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_EVERY_S):
            for url in monitors(self._stack):
                for stream in streams_at(url):
                    self._last[stream["name"]] = max(self._last.get(stream["name"], 0), stream["state"]["last_seq"])
            self._seen.append(Stored(time.monotonic(), sum(self._last.values())))

    def per_second(self, began_at: float, ended_at: float) -> float | None:
        """None: too short to say."""
        inside = [one for one in self._seen if began_at <= one.at <= ended_at]
        if len(inside) < 2:
            return None
        return (inside[-1].messages - inside[0].messages) / (inside[-1].at - inside[0].at)


def rates_around(rate: AppendRate, strikes: list[Strike]) -> Iterator[tuple[str, float | None, float | None, float | None]]:
    """Title, and the appends a second before, during and after; during: at least as long as the others."""
    for one in strikes:
        over_at = max(one.paid_at or one.counted_from, one.applied_at + AROUND_S)
        yield (one.title, rate.per_second(one.applied_at - AROUND_S, one.applied_at), rate.per_second(one.applied_at, over_at),
               rate.per_second(over_at, over_at + AROUND_S))
