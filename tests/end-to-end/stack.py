"""A whole Ordo of its own, started by ./run in a temporary folder on a port that nobody else has."""

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import first_start
from client import Client
from letters import Letter, read_letters

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 900  # the first start on a machine installs and builds
STOP_LIMIT_S = 60


def until(condition: Callable[[], object], what: str, limit_s: float = 20, every_s: float = 0.05) -> object:
    """Waits for a condition and returns what it gave; fails, naming `what`, when time is up."""
    deadline = time.monotonic() + limit_s
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit_s} s: {what}")
        time.sleep(every_s)
    return value


def environment_of(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a ./run that knows nothing of another stack's addresses; ORDO_BINARY keeps it from building."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDO_") or name == "ORDO_BINARY"}
    return kept | {"ORDO_VAR": str(folder), "ORDO_PORT": "0"} | more


class Stack:
    def __init__(self, within: Path | None = None, prepare: Callable[[Path], object] = lambda folder: None, first: tuple[str, ...] = (),
                 anew: bool = False, **environment: str) -> None:
        """`within`: where its folder is made; `prepare` sees the folder before anything runs in it; `first`: what ./run is told then; `anew`:
        its first start is not taken from another's."""
        self.folder = Path(tempfile.mkdtemp(prefix="ordo-", dir=within))
        self.folder.chmod(0o755)  # or the user postgres could not get in, and its data would lie elsewhere
        prepare(self.folder)
        self.environment = environment
        self.address: dict[str, str] = {}
        self.may_copy = not anew and not environment.keys() & first_start.DECIDES
        self.start(*first)

    def start(self, *arguments: str) -> None:
        """./run with these arguments; `services` starts the servers and no role."""
        if self.may_copy and "services" not in arguments and not any(self.folder.iterdir()):
            first_start.copy_into(self.folder, make_first_start)
        card = self.folder / "run.env"
        card.unlink(missing_ok=True)
        self._output = (self.folder / "run.out").open("ab")
        self.process = subprocess.Popen(
            # Who runs the tests may be killed: then the stack ends in order. A shell cannot trap a signal that it was born to ignore.
            ["setpriv", "--pdeathsig", "TERM", "env", "--default-signal", ROOT / "run", *arguments], env=environment_of(self.folder, **self.environment), cwd="/",
            stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            until(lambda: card.exists() or self._ended(), "./run writes run.env", START_LIMIT_S)
            self.address = read_assignments(card)
            until(lambda: "services" in arguments or self.is_ready() or self._ended(), "the stack is ready", 60)
        except BaseException as error:
            log = self.log_tail()
            self.stop()
            raise AssertionError(f"./run did not start: {error}\n{log}") from error

    def _ended(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"./run ended with {self.process.returncode}")
        return False

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(self.address["ORDO_URL"] + "/readyz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def log_tail(self) -> str:
        files = [self.folder / "run.out", *sorted((self.folder / "logs").glob("*.log"))]
        tails = [f"--- {file.name}\n" + "\n".join(file.read_text(errors="replace").splitlines()[-15:])
                 for file in files if file.exists()]
        return "\n".join(tails)

    def stop(self) -> int:
        """Stops everything in order and returns the exit code of ./run; the data stay."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._output.close()
        said = (self.folder / "run.out").read_text(errors="replace")
        assert "by force" not in said, said[-2000:]
        return status

    def remove(self) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, token: str | None = None) -> Client:
        return Client(self.address["ORDO_URL"], token)

    def psql(self, sql: str) -> list[list[str]]:
        """Rows of text; NULL is the empty string."""
        done = subprocess.run(
            ["psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", self.address["ORDO_POSTGRES_URL"], "-c", sql],
            capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def number(self, sql: str) -> int:
        return int(self.psql(sql)[0][0])

    def mailbox(self) -> list[Letter]:
        return read_letters(Path(self.address["ORDO_MAIL_DIR"]))

    def ordo(self, *arguments: str, limit_s: float = 300) -> str:
        """Runs the executable as the operator would, with this stack's addresses, and returns what it prints."""
        done = self.try_ordo(*arguments, limit_s=limit_s)
        assert done.returncode == 0, f"ordo {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def try_ordo(self, *arguments: str, limit_s: float = 300, **environment: str) -> subprocess.CompletedProcess[str]:
        """The same, whatever its exit code; `environment` comes on top of the stack's addresses."""
        return subprocess.run([self.program(), *arguments], env=environment_of(self.folder, **self.address | environment), cwd=ROOT,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit_s, check=False)

    def program(self) -> Path:
        return Path(self.address.get("ORDO_BINARY", ROOT / "build/release/cli/ordo"))

    def status(self) -> list[dict[str, Any]]:
        """What `ordo status` tells, line by line, however the system stands."""
        lines = [json.loads(line) for line in self.try_ordo("status", "--output", "ndjson").stdout.splitlines()]
        assert any("stream" in line for line in lines), lines
        return lines

    def process_id(self, role: str) -> int:
        file = self.folder / "pids" / f"{role}.pid"
        return int(str(until(file.read_text, f"{file} is written", 5)))  # at a restart it is empty for a moment

    def kill(self, role: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        os.kill(self.process_id(role), with_signal)

    def kill_and_await_return(self, role: str) -> None:
        fallen = self.process_id(role)
        self.kill(role)
        until(lambda: self.process_id(role) != fallen, f"./run restarts {role}", 30)
        until(self.is_ready, f"the stack is ready again after the fall of {role}", 60)

    @contextlib.contextmanager
    def paused(self, role: str) -> Iterator[None]:
        """The process and its children accept nothing and answer nothing, as a machine that hangs, until the block ends."""
        parent = self.process_id(role)
        os.kill(parent, signal.SIGSTOP)  # first: from here on it has no new children
        stopped = [parent, *children_of(parent)]
        try:
            for process in stopped[1:]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGSTOP)
            yield
        finally:
            for process in reversed(stopped):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)


def make_first_start() -> Path:
    made = Stack(anew=True)
    made.stop()
    return made.folder


def children_of(parent: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{parent}/task").iterdir() for child in (task / "children").read_text().split()]


def read_assignments(file: Path) -> dict[str, str]:
    words = shlex.split(file.read_text(), comments=True)
    return dict(word.split("=", 1) for word in words if "=" in word)
