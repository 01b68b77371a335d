"""What orders cost beside time: processor, appends, fsyncs, bytes."""

import json
import urllib.request
from collections import Counter
from dataclasses import dataclass
from typing import Any

from processors import machine_switches, machine_ticks, microseconds_per_order, stolen_share
from rig import Rig
from stack import Stack

WAL = "select wal_sync, pg_current_wal_lsn() - '0/0', pg_database_size('ordo') from pg_stat_wal"
DATA = ("COMMANDS", "ORDERS", "BILLING", "NOTIFICATIONS")


def streams(stack: Stack) -> dict[str, int]:
    """The last sequence of every stream: so many appends have been made to it, leases and snapshots included."""
    url = stack.address["ORDO_NATS_MONITOR_URL"].split(",")[0] + "/jsz?accounts=true&streams=true"
    with urllib.request.urlopen(url, timeout=20) as answer:
        told = json.load(answer)
    return {stream["name"]: stream["state"]["last_seq"] for account in told["account_details"] for stream in account.get("stream_detail") or []}


@dataclass
class Footprint:
    spent: dict[str, float]
    ticks: list[int]
    switches: int
    last: dict[str, int]
    log_bytes: int
    wal_syncs: int
    wal_bytes: int
    table_bytes: int


def look(rig: Rig) -> Footprint:
    log_bytes = sum(file.stat().st_size for file in (rig.stack.folder / "nats").rglob("*") if file.is_file())
    wal = [int(text) for text in rig.stack.psql(WAL)[0]]
    return Footprint(rig.spent_seconds(), machine_ticks(), machine_switches(), streams(rig.stack), log_bytes, *wal)


def events_since(stack: Stack, last: dict[str, int]) -> dict[str, int]:
    """Events of orders by kind of stream, from the timeline, which shows each once."""
    kinds = [name for name in last if name.rpartition("-")[0] in DATA]
    values = ", ".join(f"('{name}', {last[name]})" for name in kinds)
    rows = stack.psql(f"select stream, count(*) from read.order_timeline join (values {values}) as seen (name, last)"
                      " on stream = name and sequence > last group by stream")
    events: Counter[str] = Counter()
    for name, count in rows:
        events[name.rpartition("-")[0]] += int(count)
    return dict(events)


def difference(rig: Rig, before: Footprint, after: Footprint, orders: int) -> dict[str, Any]:
    """Per order. With `sync_interval: always` every append is one fsync of nats-server; its own book-keeping comes on top."""
    appends: Counter[str] = Counter()
    for name, last in after.last.items():
        kind = name.rpartition("-")[0]
        appends[kind if kind in DATA else "others"] += last - before.last.get(name, 0)
    events = events_since(rig.stack, before.last)
    syncs = after.wal_syncs - before.wal_syncs

    def per_order(total: float, digits: int = 4) -> float:
        return round(total / max(1, orders), digits)
    return {
        "processor_us": microseconds_per_order(before.spent, after.spent, orders),
        "stolen": stolen_share(before.ticks, after.ticks),
        "switches": per_order(after.switches - before.switches, 1),
        "appends": {kind: per_order(count) for kind, count in sorted(appends.items())},
        "events_per_append": {kind: round(count / appends[kind], 1) for kind, count in sorted(events.items()) if appends[kind]},
        "fsyncs": {"nats": per_order(sum(appends.values())), "postgres": per_order(syncs), "both": per_order(sum(appends.values()) + syncs)},
        "bytes": {"log": per_order(after.log_bytes - before.log_bytes, 0), "tables": per_order(after.table_bytes - before.table_bytes, 0),
                  "wal": per_order(after.wal_bytes - before.wal_bytes, 0)},
    }
