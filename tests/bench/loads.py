"""A load, and what the read model says about it afterwards."""

import json
import os
import subprocess
import urllib.parse
from dataclasses import dataclass
from typing import Any

from footprint import streams
from moments import paid_us, recorded_us
from rig import TOOLS, Rig
from stack import Stack, until

SETTLE_LIMIT_S = 600
SHARES = {"p50_us": 0.5, "p99_us": 0.99, "p999_us": 0.999}
GOOD = ("201", "202")


@dataclass(frozen=True)
class Load:
    rate: int = 0  # orders a second; 0: as fast as they are answered
    seconds: int = 20
    connections: int = 128
    wait_s: int = 0
    keyed: bool = True


def shares(ascending: list[int]) -> dict[str, int]:
    return {name: ascending[min(len(ascending) - 1, int(share * len(ascending)))] if ascending else 0 for name, share in SHARES.items()}


@dataclass(frozen=True)
class Sent:
    """What the loader told of a load whose orders may be under way still."""

    load: Load
    told: dict[str, Any]
    accepted: dict[str, int]  # order id → when it was due
    answered: list[tuple[int, int]]  # of each accepted order: when it was due, how long its answer took
    loader_us: float  # processor time of an order


def send(rig: Rig, load: Load) -> Sent:
    samples = rig.stack.folder / "samples.csv"
    edge = urllib.parse.urlsplit(rig.stack.address["ORDO_URL"])
    process = subprocess.Popen(
        [TOOLS / "bench_load", "--host", str(edge.hostname), "--port", str(edge.port), "--tokens", rig.tokens, "--samples", samples,
         "--rate", str(load.rate), "--seconds", str(load.seconds), "--connections", str(load.connections),
         "--wait", str(load.wait_s), "--keyed", str(int(load.keyed))], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"bench_load ended with {status}"
    told = json.loads(said)
    good = [row for row in (line.rstrip("\n").split(",") for line in samples.open()) if row[3] in GOOD]
    return Sent(load, told, {row[0]: int(row[1]) for row in good}, [(int(row[1]), int(row[2])) for row in good],
                round((used.ru_utime + used.ru_stime) * 1e6 / max(1, sum(told["answers"].values())), 1))


def run_load(rig: Rig, load: Load) -> dict[str, Any]:
    """Sends it, waits until every accepted order is paid and its letter recorded, and joins both sides by order id."""
    return settle(rig, send(rig, load))


def settle(rig: Rig, sent: Sent) -> dict[str, Any]:
    await_settled(rig.stack, sent.told["began_us"], len(sent.accepted))
    return summary(sent) | outcome(rig.stack, sent.told, sent.accepted)


def summary(sent: Sent) -> dict[str, Any]:
    told, accepted = sent.told, len(sent.accepted)
    return {"load": vars(sent.load), "answers": told["answers"], "accepted": accepted, "never_sent": told["never_sent"],
            "missed": sum(told["answers"].values()) - accepted + told["never_sent"], "with_retry_after": told["with_retry_after"],
            "failed_connections": told["failed_connections"], "answer": {name: told[name] for name in SHARES},
            "sending_s": round((told["sent_last_us"] - told["began_us"]) / 1e6, 3), "loader_us": sent.loader_us}


def await_settled(stack: Stack, since_us: int, accepted: int) -> None:
    """Cheaply, as long as there is work: the streams stand still, and the read model has come to their ends. Only then it is counted."""
    heads: dict[str, int] = {}

    def settled() -> bool:
        nonlocal heads
        before, heads = heads, streams(stack)
        shown = {name: int(sequence) for name, sequence in stack.psql("select stream, min(sequence) from read.checkpoints group by stream")}
        still = all(before.get(name) == heads[name] <= sequence for name, sequence in shown.items())
        return still and is_whole(stack, since_us, accepted)
    until(settled, f"{accepted} orders are paid and their letters recorded", SETTLE_LIMIT_S, every_s=0.5)


def is_whole(stack: Stack, since_us: int, accepted: int) -> bool:
    """Orders of an earlier load may be among them; they must be finished as well."""
    known, paid, recorded = map(int, stack.psql(
        "select count(*), count(*) filter (where status = 'PAID'), count(*) filter (where state = 'sent')"
        " from read.orders as o left join read.notifications using (order_id)"
        f" where o.created_at >= to_timestamp({since_us / 1e6 - 1:.6f})")[0])
    return accepted <= known == paid == recorded


def outcome(stack: Stack, told: dict[str, Any], sent: dict[str, int]) -> dict[str, Any]:
    """Throughput counts from the first POST until the last order could be read as paid and its letter as recorded."""
    paid, recorded = paid_us(stack, told["began_us"]), recorded_us(stack, told["began_us"])
    assert sent.keys() <= paid.keys() and sent.keys() <= recorded.keys(), "an accepted order is not paid, or its letter not recorded"
    if not sent:
        return {"per_second": 0, "tail_paid_s": 0.0, "tail_recorded_s": 0.0, "paid": shares([]), "recorded": shares([])}
    last_paid, last_recorded = max(paid[order] for order in sent), max(recorded[order] for order in sent)
    seconds = (max(last_paid, last_recorded) - told["began_us"]) / 1e6
    return {"per_second": round(len(sent) / seconds), "seconds": round(seconds, 3),
            "tail_paid_s": round((last_paid - told["sent_last_us"]) / 1e6, 3),
            "tail_recorded_s": round((last_recorded - told["sent_last_us"]) / 1e6, 3),
            "paid": shares(sorted(paid[order] - due for order, due in sent.items())),
            "recorded": shares(sorted(recorded[order] - due for order, due in sent.items()))}
