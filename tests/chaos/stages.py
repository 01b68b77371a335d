"""The parts of the killer: each starts a stack, plays its faults, and prints its table. None: it cannot be done here."""

import contextlib
import random
import shutil
from dataclasses import replace
from math import inf
from pathlib import Path

import disk
import network
from cluster import AROUND_S, AppendRate, LeaderKilled, judge_copies, names_of_streams, rates_around
from faults import Fault, Killed, process_faults
from report import fault_table, table
from scene import Outcome, Plan, Wanted, play, say
from stack import Stack

KILLS_LONG = 500
AUDIT_PAUSE_LONG_S = 30.0
SECONDS = 44.0  # with the calm around them and the last answers, almost a minute of load
DISKS_FILLED, DISKS_FILLED_LONG = 2, 10
PAUSE_S = (2 * AROUND_S, 2 * AROUND_S + 0.5)  # so that what is measured after a fault is not before the next one
DECKS_LONG = 2  # how often each stream's leader falls, and each server is cut off in each way


def told(title: str, outcome: Outcome) -> Outcome:
    say(f"\n{title}\n\n{fault_table(outcome.strikes, outcome.findings)}\n")
    for finding in outcome.findings[:20]:
        say(f"  {finding.kind.upper()}: {finding.text}")
    if len(outcome.findings) > 20:
        say(f"  … {len(outcome.findings)} findings in all")
    return outcome


def processes(wanted: Wanted) -> Outcome:
    say("Processes that fall or hang")
    how = Plan(wanted, seconds=wanted.seconds or SECONDS)
    if wanted.long and wanted.seconds is None:
        how = Plan(wanted, kills=KILLS_LONG, audit_pause_s=AUDIT_PAUSE_LONG_S)
    stack = Stack(ORDO_INSTANCES="2")
    try:
        return told("Processes", play(stack, process_faults(stack, random.Random(wanted.seed), wanted.long), how))
    finally:
        stack.remove()


def disk_full(wanted: Wanted) -> Outcome | None:
    say("A disk that is full")
    if reason := disk.why_no_disk():
        say(f"  LEFT OUT: {reason}")
        return None
    how = Plan(wanted, seconds=wanted.seconds or inf, strikes=DISKS_FILLED_LONG if wanted.long else DISKS_FILLED)
    with disk.small_disk() as folder:
        stack = Stack(within=folder, ORDO_INSTANCES="2")
        faults = [disk.DiskFull(folder), disk.DiskFullAndFall(folder, Killed(stack, "nats"))]
        try:
            return told("Disk", play(stack, faults, how))
        finally:
            stack.remove()


def with_rates(title: str, stack: Stack, faults: list[Fault], how: Plan) -> Outcome:
    with AppendRate(stack) as rate:
        outcome = play(stack, faults, how)
        outcome = told(title, replace(outcome, findings=outcome.findings + judge_copies(stack)))
    around = list(rates_around(rate, outcome.strikes))
    lines = [[kind, *(mean([rates[column] for rates in around if rates[0] == kind]) for column in (1, 2, 3))]
             for kind in sorted({rates[0] for rates in around})]
    say(table(["appends a second", "before", "during", "after"], lines) + "\n")
    return outcome


def mean(rates: list[float | None]) -> str:
    known = [rate for rate in rates if rate is not None]
    return f"{sum(known) / len(known):.0f}" if known else "-"


def cluster(wanted: Wanted) -> Outcome:
    say("Three NATS servers: whoever leads falls, and one is cut off")
    reason = network.why_no_network()
    if reason:
        say(f"  NO CUTS: {reason}")
    with contextlib.ExitStack() as ending:
        nodes = [] if reason else ending.enter_context(network.network())
        places = " ".join(f"{node.namespace}@{node.address}" for node in nodes)
        disks: list[Path] = []
        stack = Stack(prepare=lambda folder: disks.extend(own_disk_of_one(folder, ending)), ORDO_INSTANCES="2", ORDO_NATS_NODES="3",
                      ORDO_NATS_PLACES=places)
        ending.callback(stack.remove)
        falls: list[Fault] = [LeaderKilled(stack, name) for name in names_of_streams(stack)]
        others = network.cuts(nodes) + [disk.DiskFull(folder, "disk full, of one of three") for folder in disks]
        if not wanted.long and wanted.seconds is None:
            chance = random.Random(wanted.seed)
            return with_rates("Cluster", stack, [chance.choice(kind) for kind in (falls, others) if kind], Plan(wanted, strikes=2, pause_s=PAUSE_S))
        strikes = DECKS_LONG * len(falls + others) if wanted.long else inf
        return with_rates("Cluster", stack, falls + others, Plan(wanted, seconds=wanted.seconds or inf, strikes=strikes, pause_s=PAUSE_S))


def own_disk_of_one(folder: Path, ending: contextlib.ExitStack) -> list[Path]:
    """Empty where nothing can be mounted. All goes when `ending` ends."""
    if reason := disk.why_no_disk():
        say(f"  NO FULL DISK: {reason}")
        return []
    ending.callback(shutil.rmtree, folder, ignore_errors=True)
    return [ending.enter_context(disk.mounted_at(folder / "nats-2"))]
