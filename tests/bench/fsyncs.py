"""How often the servers really sync: counted by strace, beside what the table reckons from appends and pg_stat_wal."""

import re
import signal
import subprocess
from pathlib import Path
from typing import Any

from footprint import difference, look
from loads import Load, run_load
from memory import children_of
from rig import Rig
from settings import Figures, Measure, Settings
from stack import until

RATE = 500  # a process that is traced is slow
CALLS = "fsync,fdatasync,sync_file_range,msync"


class Traced:
    """From entering to leaving, how often a process and its children made one of these calls."""

    def __init__(self, pid: int, file: Path) -> None:
        self.file = file
        whom = [word for each in (pid, *children_of(pid)) for word in ("-p", str(each))]
        self.process = subprocess.Popen(["strace", "-f", "-c", "-U", "calls,name", "-e", f"trace={CALLS}", "-o", file, *whom],
                                        stderr=subprocess.PIPE, text=True)
        assert self.process.stderr
        until(lambda: "attached" in self.process.stderr.readline(), "strace is attached", 20)

    def calls(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=30)
        return sum(int(count) for count in re.findall(r"^\s*(\d+)\s+(?!total)\w+", self.file.read_text(), re.MULTILINE))


def fsyncs(settings: Settings) -> Figures:
    with Rig(settings.users, **settings.environment) as rig:
        before = look(rig)
        traced = {name: Traced(rig.stack.process_id(name), rig.stack.folder / f"{name}.calls") for name in ("nats", "postgres")}
        figures = run_load(rig, Load(rate=RATE, seconds=settings.shorter(10)))
        counted = {name: trace.calls() for name, trace in traced.items()}
        reckoned: dict[str, Any] = difference(rig, before, look(rig), 1)["fsyncs"]
    return {"orders": figures["accepted"], "counted": counted, "reckoned": {name: round(reckoned[name]) for name in counted}}


def show(figures: Figures) -> str:
    return "\n".join(f"{name}: {figures['counted'][name]:,} calls of {CALLS} counted, {figures['reckoned'][name]:,} reckoned, "
                     f"{figures['orders']:,} orders" for name in figures["counted"])


MEASURES = {"fsyncs": Measure(fsyncs, show, f"at {RATE} orders a second, under strace", needs="strace")}
