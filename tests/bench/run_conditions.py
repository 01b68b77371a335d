"""What a figure holds for: the machine, how durable it was, which program, which stack."""

import hashlib
import os
import platform
import re
import subprocess
from pathlib import Path

from settings import Settings
from stack import ROOT


def output_of(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def conditions(settings: Settings) -> dict[str, str]:
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.findall(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[0]) // 1_000_000
    sync = re.search(r"^\s*sync_interval\s*[:=]\s*(\S+)", (ROOT / "docker/nats.conf").read_text(), re.MULTILINE)
    changed = " and changes" if output_of("git", "status", "--porcelain", "--untracked-files=no") else ""
    processes = ", ".join(f"{name} {value}" for name, value in settings.environment.items()) or "one of each role, 4 partitions"
    return {
        "machine": f"{os.cpu_count()} processors ({cpu.group(1) if cpu else platform.machine()}), {memory} GB, {platform.release()}; "
                   f"load {os.getloadavg()[0]:.1f} before",
        "durable": f"NATS sync_interval {sync.group(1) if sync else 'default'}; Postgres fsync on",
        "commit": (output_of("git", "rev-parse", "--short=12", "HEAD") or "none") + changed,
        "program": hashlib.sha256(Path(os.environ["ORDO_BINARY"]).read_bytes()).hexdigest()[:12],
        "stack": f"{processes}; everything, the loader too, on this machine",
        "orders": f"two lines each, {settings.users:,} users unless said otherwise, through nginx, {settings.connections} kept connections",
    }
