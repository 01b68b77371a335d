"""Which process of a stack spent how much processor time, its children and workers included."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def processor_seconds(folder: Path) -> dict[str, float]:
    """By the names of the pid files: each leads a session of its own, and the workers of Postgres sessions of theirs."""
    names = {int(file.read_text()): file.stem for file in (folder / "pids").glob("*.pid")}
    spent = dict.fromkeys(names.values(), 0.0)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended; its parent will account for it
        parent, session = int(fields[1]), int(fields[3])
        name = names.get(session) or names.get(parent)
        if name:
            spent[name] += sum(map(int, fields[11:15])) / TICKS_PER_SECOND
    return spent


def microseconds_per_order(before: dict[str, float], after: dict[str, float], orders: int) -> dict[str, int]:
    return {name: round((after[name] - before[name]) * 1e6 / max(1, orders)) for name in sorted(after)}
