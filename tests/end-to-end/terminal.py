"""What an operator sees: a command in a terminal of its own, as text."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from fcntl import ioctl

from stack import ROOT, Stack, environment_of

ROWS, COLUMNS = 50, 132
LIMIT_S = 120
CLEARED = "\x1b[H\x1b[2J"
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    def __init__(self, stack: Stack, *arguments: str) -> None:
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.written = ""
        self._end = ours
        self.process = subprocess.Popen([stack.program(), *arguments], stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
                                        env=environment_of(stack.folder, TERM="xterm", **stack.address), start_new_session=True)
        os.close(theirs)

    def read_until(self, enough: Callable[[str], bool]) -> str:
        """All that was written, once it is enough or the command has ended."""
        deadline = time.monotonic() + LIMIT_S
        while not enough(self.written) and time.monotonic() < deadline:
            if not select.select([self._end], [], [], 0.5)[0]:
                continue
            try:
                self.written += os.read(self._end, 1 << 16).decode()
            except OSError:  # the other end is closed
                break
        return self.written

    def end(self) -> int:
        """Ctrl-C, if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.read_until(lambda _: False)
        os.close(self._end)
        return self.process.wait(LIMIT_S)


def plain(text: str) -> str:
    """Without colours and the like, and without what the terminal echoes of a Ctrl-C."""
    return SEQUENCE.sub("", text).replace("\r\n", "\n").replace("^C", "")


def frames(text: str) -> list[str]:
    """Of a command that clears the screen and draws it anew; the last one may be half drawn."""
    return [plain(frame).rstrip("\n") for frame in text.split(CLEARED)[1:]]


def redrawn_lines(text: str) -> list[str]:
    """Of a command that writes one line again and again: all that it ever was, in order."""
    return [line.rstrip() for line in re.split(r"[\r\n]+", plain(text)) if line.strip()]
