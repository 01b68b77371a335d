"""One stack, its load, its faults and the verdict on it."""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

import campaign
from buyers import Buyers
from auditor import Auditor
from campaign import Strike
from faults import Fault
from finding import Finding
from load import make_users
from prober import Prober, user_in_each_partition
from stack import Stack
from verdict import ids_there, judge

USERS = 12
CALM_S = 3.0  # before the first fault and after the last: what an undisturbed system does


@dataclass(frozen=True)
class Outcome:
    strikes: list[Strike]
    findings: list[Finding]
    accepted: int  # wishes

    @property
    def is_good(self) -> bool:
        return not self.findings and all(one.is_recovered for one in self.strikes)


@dataclass(frozen=True)
class Wanted:
    """What a part is asked for."""
    seed: int
    long: bool = False
    seconds: float | None = None  # how long faults go on; none: what is usual
    enough: threading.Event = field(default_factory=threading.Event)  # set: no more faults, and the verdict


@dataclass(frozen=True)
class Plan:
    wanted: Wanted
    seconds: float = inf  # whichever comes first ends it
    strikes: float = inf
    kills: float = inf
    per_second: float = 50.0
    pause_s: tuple[float, float] = (0.0, 0.5)  # between a recovery and the next fault
    audit_pause_s: float = 5.0

    def is_enough(self, began_at: float) -> Callable[[list[Strike]], bool]:
        return lambda strikes: (self.wanted.enough.is_set() or len(strikes) >= self.strikes or sum(one.kills for one in strikes) >= self.kills
                                or time.monotonic() - began_at > self.seconds)


def say(text: str) -> None:
    print(text, flush=True)


def tell(number: int, strike: Strike) -> None:
    felt = f"paid after {strike.paid_s:.2f} s, letter after {strike.lettered_s:.2f} s" if strike.is_recovered else "NOT RECOVERED"
    say(f"  {number:>4}  {time.strftime('%T')}  {strike.title:<36}  {felt}")


def play(stack: Stack, faults: list[Fault], plan: Plan) -> Outcome:
    seed = plan.wanted.seed
    say(f"  {len(faults)} faults to choose from; seed {seed}")
    probing = user_in_each_partition(stack)
    users = make_users(stack, USERS)
    there_before = ids_there(stack)
    prober = Prober(probing)
    buyers = Buyers(users, plan.per_second, seed)
    auditor = Auditor(stack, plan.audit_pause_s)
    numbers = itertools.count(1)
    try:
        time.sleep(CALM_S)
        strikes = campaign.run(campaign.in_random_order(faults, random.Random(seed)), prober, seed,
                               plan.is_enough(time.monotonic()), lambda strike: tell(next(numbers), strike), plan.pause_s)
        time.sleep(CALM_S)
    finally:
        buyers.stop()
        prober.stop()
        auditor.stop()
    tell_load(buyers, auditor)
    findings = auditor.findings + judge(stack, buyers, prober, there_before)
    return Outcome(strikes, findings, len(buyers.accepted()))


def tell_load(buyers: Buyers, auditor: Auditor) -> None:
    kinds = Counter(wish.kind for wish in buyers.accepted())
    say(f"  accepted: {', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}; {buyers.unanswered} requests without an answer, "
        f"{buyers.told_to_come_again} told to come again")
    say(f"  ordo verify meanwhile: sound {auditor.sound} times, could not be asked {auditor.not_checked} times; {time.strftime('%T')} judging")
