"""Faults one after another, in an order that a seed decides, and how long each was felt."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faults import Fault
from prober import Prober

RECOVERY_LIMIT_S = 90


@dataclass(frozen=True)
class Strike:
    """All times as of `time.monotonic`."""
    title: str
    kills: bool
    applied_at: float
    healed_at: float
    recovered_at: float | None  # None: not within the limit

    @property
    def recovery_s(self) -> float:
        return self.recovered_at - self.healed_at if self.recovered_at else float("inf")


def in_random_order(faults: list[Fault], chance: random.Random) -> Iterator[Fault]:
    """For ever; each as often as every other."""
    while True:
        yield from chance.sample(faults, len(faults))


def strike(fault: Fault, prober: Prober, chance: random.Random) -> Strike:
    applied_at = time.monotonic()
    try:
        fault.apply()
        time.sleep(chance.uniform(*fault.hold_s))  # the fault's own length
    finally:
        healed_at = time.monotonic() if fault.hold_s[1] else applied_at
        fault.heal()
    recovered_at = prober.await_paid_everywhere(applied_at, healed_at, RECOVERY_LIMIT_S)
    return Strike(fault.title, fault.kills, applied_at, healed_at, recovered_at)


def run(faults: Iterator[Fault], prober: Prober, seed: int, is_enough: Callable[[list[Strike]], bool],
        tell: Callable[[Strike], None], pause_s: tuple[float, float]) -> list[Strike]:
    """`pause_s`: from, to, between a recovery and the next fault. Ends early when the system does not come back: then there is something to look at."""
    chance = random.Random(f"{seed}-times")
    strikes: list[Strike] = []
    while not is_enough(strikes) and all(one.recovered_at for one in strikes):
        strikes.append(strike(next(faults), prober, chance))
        tell(strikes[-1])
        time.sleep(chance.uniform(*pause_s))  # so that faults fall at any moment of what goes on
    return strikes
