"""`ordo verify`, again and again, while everything around it falls."""

import subprocess
import threading
import time

from finding import WRONG, Finding
from stack import Stack

SOUND, NOT_CHECKED = 0, 1
HANGS = -1
LIMIT_S = 120


class Auditor:
    """What it needs falls as well: then nothing was checked, and it tries again after `pause_s`."""

    def __init__(self, stack: Stack, pause_s: float) -> None:
        self.sound = 0
        self.not_checked = 0
        self.findings: list[Finding] = []
        self._stack, self._pause_s = stack, pause_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._audit)
        self._thread.start()

    def stop(self) -> None:
        self._closing.set()
        self._thread.join()

    def _audit(self) -> None:
        while not self._closing.wait(self._pause_s):
            began_at = time.monotonic()
            status, said = verify(self._stack)
            if status == SOUND:
                self.sound += 1
            elif status == NOT_CHECKED:
                self.not_checked += 1
            else:
                self.findings.append(Finding(WRONG, f"ordo verify, while things fall: {status}: {said}", began_at))


def verify(stack: Stack) -> tuple[int, str]:
    """Exit code, or that it hangs, and what was said."""
    try:
        done = stack.try_ordo("verify", limit_s=LIMIT_S)
    except subprocess.TimeoutExpired:
        return HANGS, f"it has not ended after {LIMIT_S} s"
    return done.returncode, done.stdout + done.stderr


def judge_verify(stack: Stack) -> list[Finding]:
    """Nothing falls any more, so everything can be checked."""
    status, said = verify(stack)
    return [] if status == SOUND else [Finding(WRONG, f"ordo verify: {status}: {said}")]
