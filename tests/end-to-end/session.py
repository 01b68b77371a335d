#!/usr/bin/python3
"""Records what an operator sees in his terminal into projections/README.md: tests/end-to-end/session.py, after a build of `fill_log`."""

import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from people import new_user  # noqa: E402
from servers import Servers  # noqa: E402
from stack import ROOT, Stack, until  # noqa: E402
from terminal import Terminal, frames, plain, redrawn_lines  # noqa: E402

README = ROOT / "projections/README.md"
RECORDED = re.compile(r"(?<=<!-- recorded by tests/end-to-end/session.py -->\n)```text\n(.*?)```", re.DOTALL)
EVENTS_BEFORE = 1_000_000
BARS_KEPT = 3


def watch_status(stack: Stack) -> str:
    terminal = Terminal(stack, "status", "--watch", "--interval", "0.2")
    terminal.read_until(lambda text: len(frames(text)) > 3)
    terminal.end()
    return frames(terminal.written)[2]


def watch_rebuild(stack: Stack) -> str:
    terminal = Terminal(stack, "projections", "rebuild")
    terminal.read_until(lambda _: False)
    assert terminal.end() == 0, terminal.written
    lines = redrawn_lines(terminal.written)
    bars = [line for line in lines if line.startswith("[#")]
    return "\n".join([*bars[:: max(1, len(bars) // BARS_KEPT)][-BARS_KEPT:], *(line for line in lines if line.startswith("rebuilt"))])


def explain(stack: Stack, order_id: str) -> str:
    terminal = Terminal(stack, "explain", order_id)
    terminal.read_until(lambda _: False)
    assert terminal.end() == 0, terminal.written
    return plain(terminal.written).rstrip()


def session_of(stack: Stack) -> str:
    user = new_user(stack, money=10_000)
    order = user.order(700, Prefer="wait=10", X_Correlation_Id="checkout-42").expect(201).json()
    until(lambda: stack.number(f"select count(*) from read.notifications where order_id = '{order['id']}'") == 1, "the letter is recorded")
    until(lambda: stack.try_ordo("status").returncode == 0, "the system is healthy", 60, every_s=1)
    told = [("ordo status --watch", watch_status(stack)), ("ordo projections rebuild", watch_rebuild(stack)),
            (f"ordo explain {order['id']}", explain(stack, order["id"]))]
    return "\n".join(f"$ {command}\n{text}\n" for command, text in told)


def recorded() -> str:
    found = RECORDED.search(README.read_text())
    assert found, f"{README.name} has no recorded session"
    return found.group(1)


def main() -> int:
    stack = Servers()
    try:
        subprocess.run([ROOT / "build/release/tests/bench/fill_log", stack.address["ORDO_NATS_URL"], "events", str(EVENTS_BEFORE)], check=True)
        stack.stop()
        Stack.start(stack)
        until(lambda: all(line["behind"] == 0 for line in stack.status() if "behind" in line), "everybody has read everything", 300, every_s=1)
        session = session_of(stack)
    finally:
        stack.remove()
    README.write_text(RECORDED.sub(lambda _: f"```text\n{session}```", README.read_text()))
    print(session)
    return 0


if __name__ == "__main__":
    sys.exit(main())
