"""A clean stack to measure: its letters go to a sink that only counts, Postgres notes when what was committed, its users have money."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from ledger import require_sound_money
from processors import spent_seconds
from quoted import say
from stack import ROOT, Stack, until

RELEASE = ROOT / "build/release"
TOOLS = RELEASE / "tests/bench"
PROGRAMS = ("bench_load", "counting_sink", "fill_log", "make_users")
MONEY_EACH = 10**12
WALLETS_WITH = "select count(*) from read.balances join identity.users using (user_id) where username like 'bench-%' and balance >= {}"
START_LIMIT_S = 600
LIMIT_S = 3600


def build() -> None:
    """Release, of this tree; ORDO_BINARY has another `ordo` measured than the one of this tree."""
    if not (RELEASE / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    wanted = [*PROGRAMS, *([] if "ORDO_BINARY" in os.environ else ["cli/ordo"])]
    subprocess.run(["ninja", "-C", RELEASE, "--quiet", *wanted], check=True)
    os.environ.setdefault("ORDO_BINARY", str(RELEASE / "cli/ordo"))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def takes_connections(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


class Sink:
    """tests/bench/counting_sink, on a port of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process = subprocess.Popen([TOOLS / "counting_sink", str(self.port)], stdout=subprocess.DEVNULL)
        until(lambda: takes_connections(self.port), "the sink takes connections", 10)

    def letters(self) -> int:
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection, connection.makefile("rb") as lines:
            lines.readline()
            connection.sendall(b"XCOUNT\r\n")
            return int(lines.readline().split()[1])

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class Rig:
    """From entering to leaving; who leaves without an error has had the invariants checked."""

    verifies = True  # `ordo verify` reads all that there ever was: of millions of orders in many minutes

    def __init__(self, users: int, first: Callable[[Stack], None] = lambda servers: None, **environment: object) -> None:
        """`first`: what is to be done while only the servers run."""
        self.users = users
        self.sink = Sink()
        try:
            self.stack = Stack(first=("services",), ORDO_SMTP_URL=f"smtp://127.0.0.1:{self.sink.port}",
                               **{name: str(value) for name, value in environment.items()})
        except BaseException:
            self.sink.end()
            raise
        self.first = first

    def __enter__(self) -> "Rig":
        try:
            self._note_commit_times()
            self.first(self.stack)
            self.stack.stop()
            self.stack.start()
            self.tokens = self._make_users()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is None:
                self._require_soundness()
        finally:
            self._remove()

    def _remove(self) -> None:
        try:
            self.stack.remove()
        finally:
            self.sink.end()

    def _note_commit_times(self) -> None:
        """It takes effect at the next start of the server."""
        port = urlsplit(self.stack.address["ORDO_POSTGRES_URL"]).port
        password = (self.stack.folder / "secrets/postgres-superuser").read_text().strip()
        subprocess.run(["psql", "-XqAt", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-c",
                        "alter system set track_commit_timestamp = on"], env=os.environ | {"PGPASSWORD": password}, check=True)

    def _make_users(self) -> Path:
        """As identity registers them, without hashing passwords; wallets are opened and filled the usual way."""
        stack, folder = self.stack, self.stack.folder / "bench-users"
        folder.mkdir()
        subprocess.run([TOOLS / "make_users", str(self.users), stack.address["ORDO_JWT_PRIVATE_KEY_FILE"], stack.address["ORDO_CURRENCY"],
                        folder], check=True)
        stack.psql(f"\\copy identity.users from '{folder}/users'")
        stack.psql(f"\\copy identity.outbox (event_id, user_id, type, payload, correlation_id, traceparent, recorded_at) from '{folder}/outbox'")
        until(lambda: stack.number(WALLETS_WITH.format(0)) == self.users, "every account is open", START_LIMIT_S, every_s=0.5)
        self._fill_wallets(folder)
        return folder / "tokens"

    def _fill_wallets(self, folder: Path) -> None:
        body = json.dumps({"amount": MONEY_EACH, "currency": self.stack.address["ORDO_CURRENCY"]})
        edge = urlsplit(self.stack.address["ORDO_URL"])
        subprocess.run([TOOLS / "bench_load", "--host", str(edge.hostname), "--port", str(edge.port), "--tokens", folder / "tokens",
                        "--samples", folder / "top-ups", "--path", "/api/payments/topup", "--body", body, "--count", str(self.users),
                        "--seconds", str(START_LIMIT_S)], check=True, stdout=subprocess.DEVNULL)
        until(lambda: self.stack.number(WALLETS_WITH.format(MONEY_EACH)) == self.users, "every wallet is filled", START_LIMIT_S, every_s=0.5)

    def spent_seconds(self) -> dict[str, float]:
        """Processor time by process, several of a role together."""
        return spent_seconds(self.stack.folder, {"sink": self.sink.process.pid})

    def _require_soundness(self) -> None:
        """A fast wrong answer is no answer."""
        began = time.monotonic()
        require_sound_money(self.stack)
        if self.verifies:
            self.stack.ordo("verify", limit_s=LIMIT_S)
        without = self.stack.number("select count(*) from read.orders where status = 'PAID' and not exists"
                                    " (select from read.notifications as sent where sent.order_id = orders.order_id and state = 'sent')")
        assert without == 0, f"{without} paid orders have no letter recorded as sent"
        verified = "ordo verify" if self.verifies else "not asked: ordo verify"
        say(f"  invariants hold: money, a letter for each paid order, {verified} ({time.monotonic() - began:.1f} s)")
