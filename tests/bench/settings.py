"""What a run of the bench was asked for, and what every measure gives back."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    seconds: int  # of each load at full rate
    users: int
    connections: int
    environment: dict[str, int]  # ORDO_PARTITIONS, ORDO_INSTANCES
    quick: bool

    def shorter(self, seconds: int) -> int:
        """Of loads that need not last as long as the longest."""
        return min(self.seconds, seconds)


@dataclass(frozen=True)
class Measure:
    take: Callable[[Settings], Figures]
    show: Callable[[Figures], str]
    says: str  # in a line
    needs: str = ""  # a program that not every machine has


def median(rounds: list[Any]) -> Any:
    """Of each figure for itself; what is no figure is as it was in the first round."""
    first = rounds[0]
    if isinstance(first, dict):
        return {name: median([each[name] for each in rounds if name in each]) for name in first}
    if isinstance(first, (int, float)) and not isinstance(first, bool):
        middle = statistics.median(rounds)
        return round(middle) if isinstance(first, int) else middle
    return first


def milliseconds(microseconds: float) -> str:
    return f"{microseconds / 1_000:.1f}"


def table(rows: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                       for column, (cell, width) in enumerate(zip(line, widths))) for line in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
