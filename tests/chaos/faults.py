"""What can befall a process, each with how it begins and how it ends."""

import os
import re
import signal
from abc import ABC, abstractmethod
from pathlib import Path

from stack import Stack, until

RESTART_LIMIT_S = 30


class Fault(ABC):
    """`apply` makes it; `heal` ends it, where it does not end by itself. Recovery is counted from the end of `heal`."""

    hold_s: tuple[float, float] = (0.0, 0.0)  # between apply and heal: from, to
    kills = True  # counted as a kill

    def __init__(self, title: str) -> None:
        self.title = title  # what it is counted under

    @abstractmethod
    def apply(self) -> None: ...

    def heal(self) -> None:
        """Nothing to do: ./run brings back what falls."""


def running_id(stack: Stack, name: str) -> int | None:
    """None while it is down."""
    try:
        number = int((stack.folder / "pids" / f"{name}.pid").read_text())
        state = Path(f"/proc/{number}/stat").read_text().rsplit(") ", 1)[1][0]
    except (OSError, ValueError):
        return None
    return None if state in "ZX" else number


def await_running(stack: Stack, name: str) -> int:
    number = until(lambda: running_id(stack, name), f"{name} runs", RESTART_LIMIT_S)
    assert isinstance(number, int)
    return number


class Killed(Fault):
    """It ends at once; by SIGKILL unless said otherwise."""

    def __init__(self, stack: Stack, name: str, with_signal: signal.Signals = signal.SIGKILL, title: str = "") -> None:
        super().__init__(title or f"kill -9 {role_of(name)}")
        self._stack, self._name, self._signal = stack, name, with_signal

    def apply(self) -> None:
        os.kill(await_running(self._stack, self._name), self._signal)


class Paused(Fault):
    """It stands still, as a machine that hangs, and goes on as if nothing had been."""

    hold_s = (0.5, 3.0)
    kills = False

    def __init__(self, stack: Stack, name: str) -> None:
        super().__init__(f"SIGSTOP, SIGCONT {role_of(name)}")
        self._stack, self._name = stack, name
        self._stopped: int | None = None

    def apply(self) -> None:
        self._stopped = await_running(self._stack, self._name)
        os.kill(self._stopped, signal.SIGSTOP)

    def heal(self) -> None:
        # ./run may have ended it meanwhile; nobody else has its number, as long as it is written down.
        if self._stopped is not None and self._stopped == running_id(self._stack, self._name):
            os.kill(self._stopped, signal.SIGCONT)
        self._stopped = None


class PausedBeyondTheLease(Paused):
    """Long enough that another instance has taken its partitions when it wakes."""

    hold_s = (12.0, 15.0)

    def __init__(self, stack: Stack, name: str) -> None:
        super().__init__(stack, name)
        self.title = f"SIGSTOP beyond the lease {role_of(name)}"


class Both(Fault):
    """Two at once."""

    def __init__(self, one: Fault, other: Fault) -> None:
        super().__init__("kill -9 of two at once")
        self._faults = (one, other)

    def apply(self) -> None:
        for fault in self._faults:
            fault.apply()


def role_of(name: str) -> str:
    """orders-2 → orders"""
    return re.sub(r"-\d+$", "", name)


def names_of_processes(stack: Stack) -> list[str]:
    return sorted(file.stem for file in (stack.folder / "pids").glob("*.pid"))


def process_faults(stack: Stack) -> list[Fault]:
    """All that can befall the processes that there are, however many instances of a role."""
    names = names_of_processes(stack)
    faults: list[Fault] = []
    for name in names:
        faults += [Killed(stack, name), Paused(stack, name)]
    faults.append(Killed(stack, "postgres", signal.SIGQUIT, "immediate stop postgres"))
    faults.append(Both(Killed(stack, "nats"), Killed(stack, "billing" if "billing" in names else "billing-1")))
    faults.append(Both(Killed(stack, "postgres"), Killed(stack, "gateway" if "gateway" in names else "gateway-1")))
    deciding = [name for name in names if role_of(name) in ("orders", "billing", "notifications") and role_of(name) != name]
    return faults + [PausedBeyondTheLease(stack, name) for name in deciding]
