"""Tells stories on every core, one process for each few hundred seeds, and adds up what happened in them.

    /usr/bin/python3 tests/simulation/stories.py --seeds 1000000 [--first-seed S] [--minutes M] [--rush]

Prints how far it is as it goes. Exit 1 when a promise was broken, or when something that can happen never did.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "build/release/tests/simulation/simulation"
SEEDS_AT_ONCE = 250
SUM = re.compile(r"^(\d+) stories from seed \d+, (\d+) events \((\d+) at least in each\)", re.MULTILINE)
OCCURRENCE = re.compile(r"^ +(\d+)  (.+)$", re.MULTILINE)


@dataclass
class Told:
    stories: int = 0
    events: int = 0
    events_min: int = sys.maxsize
    occurrences: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)  # what the program said about it

    def add(self, first_seed: int, done: subprocess.CompletedProcess[str]) -> None:
        found = SUM.search(done.stdout)
        if done.returncode != 0 or not found:
            self.broken.append(f"from seed {first_seed}, exit {done.returncode}:\n{done.stdout}{done.stderr}")
        if not found:
            return
        self.stories += int(found[1])
        self.events += int(found[2])
        self.events_min = min(self.events_min, int(found[3]))
        # `update` also keeps those that never happened.
        self.occurrences.update({text: int(count) for count, text in OCCURRENCE.findall(done.stdout)})

    def never(self) -> list[str]:
        return [text for text, count in self.occurrences.items() if count == 0]

    def table(self) -> str:
        lines = [f"{count:>12,}  {text}" for text, count in self.occurrences.items()]
        return "\n".join([f"{self.stories:,} stories, {self.events:,} events, {self.events_min:,} at least in each", *lines, *self.broken])


def tell(seeds: int, first_seed: int = 1, options: tuple[str, ...] = (), within_s: float = float("inf"), seeds_min: int = 0,
         progress: Callable[[str], None] = lambda line: None) -> Told:
    """Stops early when time is up, but not before `seeds_min`; or when a promise is broken."""
    began, told = time.monotonic(), Told()

    def tell_some(first: int) -> tuple[int, subprocess.CompletedProcess[str]] | None:
        is_late = time.monotonic() - began > within_s and first - first_seed >= seeds_min
        if told.broken or is_late:
            return None
        count = min(SEEDS_AT_ONCE, first_seed + seeds - first)
        command = [PROGRAM, "--first-seed", str(first), "--seeds", str(count), "--jobs", "1", *options]
        return first, subprocess.run(command, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for some in pool.map(tell_some, range(first_seed, first_seed + seeds, SEEDS_AT_ONCE)):
            if some is None:
                continue
            told.add(*some)
            rate = told.stories / (time.monotonic() - began)
            left_minutes = (seeds - told.stories) / max(rate, 0.1) / 60
            progress(f"{told.stories:,} of {seeds:,} stories, {rate:.1f} a second, {left_minutes:.0f} min to go")
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description="Tells stories of a whole Ordo in virtual time, on every core.")
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no further stories after this")
    parser.add_argument("--rush", action="store_true")
    given = parser.parse_args()
    options = ("--rush",) if given.rush else ()
    told = tell(given.seeds, given.first_seed, options, given.minutes * 60, progress=lambda line: print(line, flush=True))
    print(told.table())
    print(f"broken promises: {len(told.broken)}; never happened: {', '.join(told.never()) or 'nothing'}")
    return 1 if told.broken or told.never() else 0


if __name__ == "__main__":
    sys.exit(main())
