"""One measure each: a load, and what the read model and the log say about it afterwards."""

import json
import subprocess
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger import UNFINISHED
from stack import ROOT, Stack, until
from visibility import Visibility

BENCH_LOAD = ROOT / "build/release/tests/bench/bench_load"
PAID_POSITIONS = "select order_id, stream, sequence from read.order_timeline where type like 'OrderUpdateMessage%'"
SETTLE_LIMIT_S = 300


@dataclass(frozen=True)
class Load:
    title: str
    rate: int = 0  # orders a second; 0: as fast as they are answered
    seconds: int = 20
    connections: int = 128
    wait_s: int = 0
    keyed: bool = True


def percentile(ascending: list[int], share: float) -> int:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))] if ascending else 0


def run_load(stack: Stack, tokens: Path, load: Load) -> dict[str, Any]:
    """Sends it, waits until every order is final in Postgres, and joins both sides by order id."""
    samples = stack.folder / "samples.csv"
    edge = urllib.parse.urlsplit(stack.address["ORDO_URL"])
    visibility = Visibility(stack.address["ORDO_POSTGRES_URL"])
    try:
        done = subprocess.run(
            [BENCH_LOAD, "--host", str(edge.hostname), "--port", str(edge.port), "--tokens", tokens, "--samples", samples,
             "--rate", str(load.rate), "--seconds", str(load.seconds), "--connections", str(load.connections),
             "--wait", str(load.wait_s), "--keyed", str(int(load.keyed))],
            capture_output=True, text=True, check=True, timeout=load.seconds + 120)
        sent = read_samples(samples)
        await_settled(stack, sent)
    finally:
        visibility.stop()
    return json.loads(done.stdout) | {"load": vars(load), "paid": paid_latencies(stack, visibility, sent)}


def read_samples(file: Path) -> dict[str, int]:
    """Order id → when it was due, of all that were accepted."""
    rows = (line.rstrip("\n").split(",") for line in file.open())
    return {order_id: int(due_us) for order_id, due_us, _, status in rows if status in ("201", "202")}


def await_settled(stack: Stack, sent: dict[str, int]) -> None:
    orders = stack.number("select count(*) from read.orders")
    until(lambda: stack.number(UNFINISHED) == 0, "no order is unfinished", SETTLE_LIMIT_S, every_s=0.5)
    until(lambda: sent.keys() <= {row[0] for row in stack.psql("select order_id from read.orders")},
          f"all of {len(sent)} orders are known, {orders} were", SETTLE_LIMIT_S, every_s=1)
    until(lambda: stack.number(UNFINISHED) == 0, "no order is unfinished", SETTLE_LIMIT_S, every_s=0.5)


def paid_latencies(stack: Stack, visibility: Visibility, sent: dict[str, int]) -> dict[str, Any]:
    readable = {order_id: visibility.readable_since_us(stream, int(sequence))
                for order_id, stream, sequence in stack.psql(PAID_POSITIONS) if order_id in sent}
    times = [at for at in readable.values() if at]
    latencies = sorted(at - sent[order_id] for order_id, at in readable.items() if at)
    seconds = (max(times) - min(sent.values())) / 1e6 if times else 0.0
    return {"orders": len(sent), "not_seen": len(sent) - len(times), "seconds": round(seconds, 3),
            "per_second": round(len(times) / seconds) if seconds else 0,
            "p50_us": percentile(latencies, 0.5), "p99_us": percentile(latencies, 0.99)}


def await_letters(stack: Stack) -> float:
    """The letters of all orders, sent and recorded; how long that took after the orders were final."""
    began = time.monotonic()
    until(lambda: stack.number("select count(*) from read.notifications where state = 'sent'")
          >= stack.number("select count(*) from read.orders"), "every letter is sent", 3600, every_s=1)
    return time.monotonic() - began


def measure_rebuild(stack: Stack) -> dict[str, Any]:
    """Events of all streams that projections read, per second of `ordo projections rebuild`, its start and the swap included."""
    events = stack.number("select (select count(*) from read.order_timeline) + (select count(*) from read.operations where kind = 'topup')"
                          " + 2 * (select count(*) from read.balances)")
    began = time.monotonic()
    stack.ordo("projections", "rebuild", limit_s=3600)
    seconds = time.monotonic() - began
    return {"events": events, "seconds": round(seconds, 3), "per_second": round(events / seconds)}
