"""What a wake and a sync cost on this machine, whoever does them: an order takes dozens of wakes and, one after the other, four syncs."""

import os
import statistics
import tempfile
import time

from settings import Figures, Measure, Settings, table

TURNS = 20_000
WRITTEN = b"x" * 600
PAUSES_S = {"busy": 0.0, "idle": 0.02}


def echo(processor: int, source: int, target: int) -> None:
    """In a child: answers each byte with itself."""
    os.sched_setaffinity(0, {processor})
    for _ in range(TURNS):
        os.write(target, os.read(source, 1))
    os._exit(0)


def wake(processor: int) -> dict[str, float]:
    """One process on the first processor that is ours and one on the given wake each other in turn; a wake of either counts."""
    to_child, to_parent, allowed = os.pipe(), os.pipe(), os.sched_getaffinity(0)
    before, began = os.times(), time.perf_counter()
    child = os.fork()
    if child == 0:
        echo(processor, to_child[0], to_parent[1])
    os.sched_setaffinity(0, {min(allowed)})
    for _ in range(TURNS):
        os.write(to_child[1], b"x")
        os.read(to_parent[0], 1)
    took = time.perf_counter() - began
    os.waitpid(child, 0)
    os.sched_setaffinity(0, allowed)
    for end in (*to_child, *to_parent):
        os.close(end)
    spent = sum(os.times()[:4]) - sum(before[:4])
    return {"us": round(took * 1e6 / TURNS / 2, 1), "processor_us": round(spent * 1e6 / TURNS / 2, 1)}


def sync(pause_s: float) -> float:
    """The median, where the stacks keep their logs when they are measured."""
    took = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(50):
            os.write(file.fileno(), WRITTEN)
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
            time.sleep(pause_s)
    return round(statistics.median(took) * 1e6)


def machine(_: Settings) -> Figures:
    processors = os.sched_getaffinity(0)
    return {"wake": {"same processor": wake(min(processors)), "other processor": wake(max(processors))},
            "fsync_us": {name: sync(pause_s) for name, pause_s in PAUSES_S.items()}}


def show(figures: Figures) -> str:
    wakes = [[f"a wake, {name}", str(cost["us"]), str(cost["processor_us"])] for name, cost in figures["wake"].items()]
    syncs = [[f"an fsync of {len(WRITTEN)} bytes, disk {name}", str(us), ""] for name, us in figures["fsync_us"].items()]
    return table([["", "µs", "processor µs"], *wakes, *syncs])


MEASURES = {"machine": Measure(machine, show, "a wake, an fsync")}
