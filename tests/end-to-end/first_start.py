"""What the first start of a stack leaves in its folder: made once for a program, and copied for each stack that would make the same again."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build/first-start"
MADE_BY = KEPT / "made-by"
# Whoever sets one of these begins differently from everybody else.
DECIDES = {"ORDO_PARTITIONS", "ORDO_CURRENCY", "ORDO_NATS_NODES"}
# Each stack has its own of these.
OF_ONE_RUN = ("lock", "logs", "pids", "ports", "ready", "run.env", "run.out")


def copy_into(folder: Path, begin: Callable[[], Path]) -> None:
    """`begin` starts a stack from nothing, stops it, and answers its folder. Where several tests come at once, one makes it and the others wait."""
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not MADE_BY.exists() or MADE_BY.read_text() != maker():
            keep(begin())
    # Owners and times stay what they are: the tables are the user postgres's.
    subprocess.run(["cp", "-a", "--reflink=auto", f"{KEPT}/var/.", folder], check=True)


def keep(made: Path) -> None:
    """An unfinished copy does not pass for a whole one."""
    try:
        shutil.rmtree(KEPT, ignore_errors=True)
        (KEPT / "var").mkdir(parents=True)
        # Tables that had to go elsewhere belong to that one folder: then there is nothing to copy, and each stack begins by itself.
        if not (made / "postgres").is_symlink():
            for name in OF_ONE_RUN:
                shutil.rmtree(made / name) if (made / name).is_dir() else (made / name).unlink(missing_ok=True)
            subprocess.run(["cp", "-a", "--reflink=auto", f"{made}/.", KEPT / "var"], check=True)
        MADE_BY.write_text(maker())
    finally:
        shutil.rmtree(made, ignore_errors=True)


def maker() -> str:
    """The program, ./run and what it reads: another one may begin otherwise."""
    program = Path(os.environ.get("ORDO_BINARY", ROOT / "build/release/cli/ordo"))
    scripts = sorted(path for path in (ROOT / "docker").rglob("*") if path.is_file() and path.suffix != ".pyc")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in [ROOT / "run", *scripts]))
    if program.exists():
        digest.update(f"{program} {program.stat().st_size} {program.stat().st_mtime_ns}".encode())
    return digest.hexdigest()
