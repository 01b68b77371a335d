"""The bare SQL of a monolith, by pgbench, in the stack's own Postgres and with its settings: what Ordo is compared with."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from stack import Stack

HERE = Path(__file__).resolve().parent
CLIENTS, THREADS = 8, 2
PGBENCH = shutil.which("pgbench") or "/usr/lib/postgresql/15/bin/pgbench"


def run_pgbench(stack: Stack, wallets: int, seconds: int) -> dict[str, Any]:
    """Transactions a second; each is durable when it is answered (synchronous_commit = on)."""
    url = stack.address["ORDO_POSTGRES_URL"]
    own = url[:url.rindex("/")] + "/monolith"
    stack.psql("drop database if exists monolith")
    stack.psql("create database monolith")
    subprocess.run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-v", f"wallets={wallets}", "-f", HERE / "monolith.sql", own], check=True)
    subprocess.run(["psql", "-Xq", "-c", "vacuum analyze wallets", own], check=True)
    done = subprocess.run([PGBENCH, "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", str(THREADS), "-T", str(seconds), "-D", f"wallets={wallets}",
                           "-f", HERE / "monolith.pgbench", own], capture_output=True, text=True, check=True)
    made = int(re.findall(r"actually processed: (\d+)", done.stdout)[0])
    stored = int(subprocess.run(["psql", "-XqAt", "-c", "select count(*) from orders", own], capture_output=True, text=True, check=True).stdout)
    assert made == stored, f"pgbench made {made} orders, and {stored} are there"
    stack.psql("drop database monolith")
    return {"per_second": round(float(re.findall(r"tps = ([\d.]+)", done.stdout)[0])), "clients": CLIENTS, "seconds": seconds,
            "average_ms": float(re.findall(r"latency average = ([\d.]+)", done.stdout)[0])}
