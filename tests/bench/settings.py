"""What a run of the bench was asked for, and what every measure gives back."""

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


def milliseconds(microseconds: float) -> str:
    return f"{microseconds / 1_000:.1f}"


def table(rows: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                       for column, (cell, width) in enumerate(zip(line, widths))) for line in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
