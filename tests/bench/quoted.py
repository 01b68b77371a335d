"""What every figure that is quoted needs beside it: a filled log, the conditions, a file to keep it in."""

import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

from stack import ROOT, Stack

RESULTS = Path(__file__).resolve().parent / "results"
LIMIT_S = 3600


def say(text: str) -> None:
    print(text, flush=True)


def fill(stack: Stack, wanted: int) -> int:
    """About so many events, of every type, in a log that is still empty; says how many."""
    fill_log = ROOT / "build/release/tests/bench/fill_log"
    command = [fill_log, stack.address["ORDO_NATS_URL"], "events", str(wanted)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def conditions(stack: Stack, events: int) -> dict[str, str]:
    settings = ("fsync", "shared_buffers", "max_wal_size", "wal_compression")
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "machine": f"{os.cpu_count()} processors, {platform.release()}; load {os.getloadavg()[0]:.1f} before",
        "postgres": ", ".join(f"{name} {stack.psql('show ' + name)[0][0]}" for name in ("server_version", *settings)),
        "commit": commit,
        "log": f"{events:,} events in {stack.address['ORDO_PARTITIONS']} partitions, "
               f"{sum(file.stat().st_size for file in (stack.folder / 'nats').rglob('*') if file.is_file()) >> 20:,} MB on disk",
    }


def write_result(name: str, result: dict[str, Any]) -> None:
    file = RESULTS / time.strftime(f"{name}-%Y%m%dT%H%M%SZ.json", time.gmtime())
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(result, indent=2) + "\n")
    say(f"written to {file.relative_to(ROOT)}")
