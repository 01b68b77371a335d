"""Which process of a stack spent how much processor time, its children and workers included."""

import os
import re
from collections import Counter
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def processor_seconds(folder: Path, others: dict[str, int] | None = None) -> dict[str, float]:
    """By the names of the pid files: each leads a session of its own, and the workers of Postgres sessions of theirs. `others`: name → id."""
    names = {int(file.read_text()): file.stem for file in (folder / "pids").glob("*.pid")}
    alone = {pid: name for name, pid in (others or {}).items()}
    spent = dict.fromkeys([*names.values(), *alone.values()], 0.0)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended; its parent will account for it
        parent, session = int(fields[1]), int(fields[3])
        name = alone.get(int(stat.parent.name)) or names.get(session) or names.get(parent)
        if name:
            spent[name] += sum(map(int, fields[11:15])) / TICKS_PER_SECOND
    return spent


def spent_seconds(folder: Path, others: dict[str, int]) -> dict[str, float]:
    """The same with the instances of a role together, and all that the machine did as `machine`, its kernel's own work included."""
    together: Counter[str] = Counter()
    for name, seconds in processor_seconds(folder, others).items():
        together[re.sub(r"-\d$", "", name)] += seconds
    user, nice, system, _, _, interrupts, soft_interrupts = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:8])
    return dict(together) | {"machine": (user + nice + system + interrupts + soft_interrupts) / TICKS_PER_SECOND}


def stolen_share(before: list[int], after: list[int]) -> float:
    """Of the time that this machine wanted to run: what its host gave to others meanwhile."""
    spent = [late - early for early, late in zip(before, after)]
    wanted = sum(spent) - spent[3] - spent[4]
    return round(spent[7] / wanted, 4) if wanted else 0.0


def machine_ticks() -> list[int]:
    return [int(ticks) for ticks in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]


def machine_switches() -> int:
    """From one thread to another, on the whole machine."""
    return next(int(line.split()[1]) for line in Path("/proc/stat").read_text().splitlines() if line.startswith("ctxt "))


def microseconds_per_order(before: dict[str, float], after: dict[str, float], orders: int) -> dict[str, int]:
    return {name: round((after[name] - before[name]) * 1e6 / max(1, orders)) for name in sorted(after)}
