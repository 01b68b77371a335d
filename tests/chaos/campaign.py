"""Faults one after another, in an order that a seed decides, and how long each was felt."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf

from faults import Fault
from prober import Prober

RECOVERY_LIMIT_S = 120


@dataclass(frozen=True)
class Strike:
    """All times as of `time.monotonic`."""
    title: str
    kills: int
    applied_at: float
    counted_from: float  # when it began; where it lasts and nobody can take over: when it ended
    paid_at: float | None  # in every partition a fresh order was paid; None: not within the limit
    lettered_at: float | None  # and had its letter, and the read model told of it

    @property
    def is_recovered(self) -> bool:
        return self.paid_at is not None and self.lettered_at is not None

    @property
    def paid_s(self) -> float:
        return self.paid_at - self.counted_from if self.paid_at else inf

    @property
    def lettered_s(self) -> float:
        return self.lettered_at - self.counted_from if self.lettered_at else inf


def in_random_order(faults: list[Fault], chance: random.Random) -> Iterator[Fault]:
    """For ever; each as often as every other."""
    while True:
        yield from chance.sample(faults, len(faults))


def strike(fault: Fault, prober: Prober, chance: random.Random) -> Strike:
    fault.prepare()
    applied_at = counted_from = time.monotonic()
    try:
        fault.apply()
        time.sleep(chance.uniform(*fault.hold_s))  # the fault's own length
    finally:
        if fault.hold_s[1] and not fault.others_take_over:
            counted_from = time.monotonic()
        fault.heal()
    deadline = time.monotonic() + RECOVERY_LIMIT_S
    paid_at, lettered_at = (stage.await_everywhere(applied_at, counted_from, deadline) for stage in (prober.paid, prober.lettered))
    return Strike(fault.title, fault.kills, applied_at, counted_from, paid_at, lettered_at)


def run(faults: Iterator[Fault], prober: Prober, seed: int, is_enough: Callable[[list[Strike]], bool],
        tell: Callable[[Strike], None], pause_s: tuple[float, float]) -> list[Strike]:
    """`pause_s`: from, to, between a recovery and the next fault. Ends early when the system does not come back: then there is
    something to look at."""
    chance = random.Random(f"{seed}-times")
    strikes: list[Strike] = []
    while not is_enough(strikes) and all(one.is_recovered for one in strikes):
        strikes.append(strike(next(faults), prober, chance))
        tell(strikes[-1])
        time.sleep(chance.uniform(*pause_s))  # so that faults fall at any moment of what goes on
    return strikes
