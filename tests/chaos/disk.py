"""A small disk of its own for a whole stack, and how it fills up."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from faults import Fault, Killed

SIZE_MB = 1200
PIECE = bytes(1 << 20)
LAST_PIECE = bytes(1 << 12)


def why_no_disk() -> str:
    """Why a file system cannot be mounted here; empty when it can."""
    if os.geteuid() != 0:
        return "mounting a tmpfs needs root"
    with tempfile.TemporaryDirectory(prefix="ordo-disk-") as folder:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "ordo-chaos", folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return f"a tmpfs cannot be mounted: {done.stderr.strip()}"
        subprocess.run(["umount", folder], check=True)
    return ""


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ordo-disk-") as name, mounted_at(Path(name)) as folder:
        yield folder


@contextlib.contextmanager
def mounted_at(folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=755", "ordo-chaos", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


class DiskFull(Fault):
    """Not one byte more can be written by anybody: log, tables, letters, logs and notes."""

    hold_s = (5.0, 9.0)
    kills = 0

    def __init__(self, disk: Path, title: str = "disk full") -> None:
        super().__init__(title)
        self._filler = disk / "filler"

    def apply(self) -> None:
        with self._filler.open("wb", buffering=0) as filler:
            for piece in (PIECE, LAST_PIECE):
                with contextlib.suppress(OSError):
                    while True:
                        filler.write(piece)

    def heal(self) -> None:
        self._filler.unlink(missing_ok=True)


class DiskFullAndFall(DiskFull):
    """The log's server falls while nothing can be written, and must not come back in a way that forgets what it holds."""

    def __init__(self, disk: Path, fall: Killed) -> None:
        super().__init__(disk, f"disk full, {fall.title}")
        self._fall = fall

    def prepare(self) -> None:
        self._fall.prepare()

    def apply(self) -> None:
        super().apply()
        self._fall.apply()
