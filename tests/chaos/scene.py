"""One stack, its load, its faults and the verdict on it."""

import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import campaign
from buyers import Buyers
from campaign import Strike
from faults import Fault
from load import make_users
from prober import Prober, user_in_each_partition
from stack import Stack
from verdict import Finding, ids_there, judge

USERS = 12
CALM_S = 3.0  # before the first fault and after the last: what an undisturbed system does


@dataclass(frozen=True)
class Outcome:
    strikes: list[Strike]
    findings: list[Finding]
    accepted: int
    refused: int  # requests that were told to come again

    @property
    def is_good(self) -> bool:
        return not self.findings and all(one.recovered_at for one in self.strikes)


@dataclass(frozen=True)
class Plan:
    seed: int
    seconds: float = inf  # whichever comes first ends it
    strikes: float = inf
    kills: float = inf
    per_second: float = 50.0
    pause_s: tuple[float, float] = (0.0, 0.5)  # between a recovery and the next fault

    def is_enough(self, began_at: float) -> Callable[[list[Strike]], bool]:
        return lambda strikes: (len(strikes) >= self.strikes or sum(one.kills for one in strikes) >= self.kills
                                or time.monotonic() - began_at > self.seconds)


def say(text: str) -> None:
    print(text, flush=True)


def tell(number: int, strike: Strike) -> None:
    felt = f"paid again after {strike.recovery_s:.2f} s" if strike.recovered_at else "NOT RECOVERED"
    say(f"  {number:>4}  {time.strftime('%T')}  {strike.title:<36}  {felt}")


def play(stack: Stack, faults: list[Fault], plan: Plan) -> Outcome:
    say(f"  {len(faults)} faults to choose from; seed {plan.seed}")
    probing = user_in_each_partition(stack)
    users = make_users(stack, USERS)
    there_before = ids_there(stack)
    prober = Prober(probing)
    buyers = Buyers(users, plan.per_second, plan.seed)
    numbers = itertools.count(1)
    try:
        time.sleep(CALM_S)
        strikes = campaign.run(campaign.in_random_order(faults, random.Random(plan.seed)), prober, plan.seed,
                               plan.is_enough(time.monotonic()), lambda strike: tell(next(numbers), strike), plan.pause_s)
        time.sleep(CALM_S)
    finally:
        buyers.stop()
        prober.stop()
    say(f"  {len(buyers.accepted())} wishes accepted, {buyers.unanswered} requests without an answer and "
        f"{buyers.refused} told to come again; judging")
    return Outcome(strikes, judge(stack, buyers, prober, there_before), len(buyers.accepted()), buyers.refused)
