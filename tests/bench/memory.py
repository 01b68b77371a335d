"""How much memory a stack's servers and a few more processes take at most, looked at while something runs."""

import re
import threading
from pathlib import Path
from types import TracebackType

EVERY_S = 1.0


def proportional_mb(pid: int) -> float:
    """Memory that several processes share, as Postgres's buffers, counts in each of them by its share."""
    try:
        return int(re.findall(r"^Pss:\s*(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)[0]) / 1024
    except (OSError, IndexError):
        return 0.0  # it has just ended


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []


class PeakMemory:
    """Of each process with its children, from entering to leaving."""

    def __init__(self, folder: Path, others: dict[str, int]) -> None:
        self.pids = {file.stem: int(file.read_text()) for file in (folder / "pids").glob("*.pid")} | others
        self.peaks = dict.fromkeys(self.pids, 0.0)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self.ended.wait(EVERY_S):
            for name, pid in self.pids.items():
                now = sum(map(proportional_mb, [pid, *children_of(pid)]))
                self.peaks[name] = max(self.peaks[name], now)

    def peak_mb(self) -> dict[str, int]:
        return {name: round(peak) for name, peak in self.peaks.items()}

    def __enter__(self) -> "PeakMemory":
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.ended.set()
        self.thread.join()


def resident_mb(pid: int) -> float:
    """Counts pages that are shared whole; what a process alone would take."""
    try:
        return int(re.findall(r"^Rss:\s*(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)[0]) / 1024
    except (OSError, IndexError):
        return 0.0


def memory_now(folder: Path, others: dict[str, int]) -> dict[str, dict[str, int]]:
    """By process with its children, MB: `proportional` counts shared pages by their share, `resident` whole, in each that has them."""
    pids = {file.stem: int(file.read_text()) for file in (folder / "pids").glob("*.pid")} | others
    return {name: {"proportional": round(sum(map(proportional_mb, [pid, *children_of(pid)]))),
                   "resident": round(sum(map(resident_mb, [pid, *children_of(pid)])))} for name, pid in sorted(pids.items())}
