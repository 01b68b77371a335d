"""The parts of the killer: each starts a stack, plays its faults, and prints its table. None: it cannot be done here."""

from math import inf

import disk
import network
from cluster import AppendRate, LeaderKilled, names_of_streams, rates_around
from faults import Fault, process_faults
from report import fault_table, table
from scene import Outcome, Plan, play, say
from stack import Stack

KILLS_LONG = 500
SECONDS = 45.0
DISKS_FILLED, DISKS_FILLED_LONG = 1, 10


def told(title: str, outcome: Outcome) -> Outcome:
    say(f"\n{title}\n\n{fault_table(outcome.strikes, outcome.findings)}\n")
    for finding in outcome.findings[:20]:
        say(f"  {finding.kind}: {finding.text}")
    if len(outcome.findings) > 20:
        say(f"  … {len(outcome.findings)} findings in all")
    return outcome


def plan(seed: int, long: bool, seconds: float | None) -> Plan:
    if seconds is not None or not long:
        return Plan(seed, seconds=seconds or SECONDS)
    # Half of all faults are kills.
    return Plan(seed, strikes=2 * KILLS_LONG)


def processes(seed: int, long: bool, seconds: float | None) -> Outcome | None:
    say("Processes that fall or hang")
    stack = Stack()
    try:
        return told("Processes", play(stack, process_faults(stack), plan(seed, long, seconds)))
    finally:
        stack.remove()


def disk_plan(seed: int, long: bool) -> Plan:
    return Plan(seed, strikes=DISKS_FILLED_LONG if long else DISKS_FILLED)


def disk_full(seed: int, long: bool, _: float | None) -> Outcome | None:
    say("A disk that is full")
    if reason := disk.why_no_disk():
        say(f"  left out: {reason}")
        return None
    with disk.small_disk() as folder:
        stack = Stack(within=folder)
        try:
            return told("Disk", play(stack, [disk.DiskFull(folder)], disk_plan(seed, long)))
        finally:
            stack.remove()


def with_rates(title: str, stack: Stack, faults: list[Fault], how: Plan) -> Outcome:
    with AppendRate(stack) as rate:
        outcome = play(stack, faults, how)
        told(title, outcome)
    around = list(rates_around(rate, outcome.strikes))
    lines = [[kind, *(mean([rates[column] for rates in around if rates[0] == kind]) for column in (1, 2, 3))]
             for kind in sorted({rates[0] for rates in around})]
    say(table(["appends a second", "before", "during", "after"], lines) + "\n")
    return outcome


def mean(rates: list[float | None]) -> str:
    known = [rate for rate in rates if rate is not None]
    return f"{sum(known) / len(known):.0f}" if known else "-"


def leaders(seed: int, long: bool, seconds: float | None) -> Outcome | None:
    say("Three NATS servers, whose leaders fall")
    stack = Stack(ORDO_NATS_NODES="3")
    try:
        streams = [name for name in names_of_streams(stack) if not name.startswith("USERS")]
        faults: list[Fault] = [LeaderKilled(stack, name) for name in streams]
        return with_rates("Leaders", stack, faults, Plan(seed, seconds=seconds or inf, strikes=2 * len(faults) if long else 3))
    finally:
        stack.remove()


def cuts(seed: int, long: bool, seconds: float | None) -> Outcome | None:
    say("Three NATS servers, one of them cut off")
    if reason := network.why_no_network():
        say(f"  left out: {reason}")
        return None
    with network.network() as nodes:
        stack = Stack(ORDO_NATS_NODES="3", ORDO_NATS_PLACES=" ".join(f"{node.namespace}@{node.address}" for node in nodes))
        try:
            faults = network.cuts(nodes)
            return with_rates("Cuts", stack, faults, Plan(seed, seconds=seconds or inf, strikes=3 * len(faults) if long else 2))
        finally:
            stack.remove()
