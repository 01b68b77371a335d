"""What can befall a process, each with how it begins and how it ends."""

import contextlib
import os
import random
import re
import signal
from abc import ABC, abstractmethod
from pathlib import Path

from stack import Stack, until

RESTART_LIMIT_S = 30
SHARING = ("orders", "billing", "notifications", "projections")


class Fault(ABC):
    """`prepare` waits until it can be made; `apply` makes it; `heal` ends it, where it does not end by itself."""

    hold_s: tuple[float, float] = (0.0, 0.0)  # between apply and heal: from, to
    kills = 1  # as how many it counts
    others_take_over = False  # recovery is counted from `apply`, and not from when `heal` begins

    def __init__(self, title: str) -> None:
        self.title = title  # what it is counted under

    def prepare(self) -> None:
        """What takes its time here is not the fault's."""

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
        self._number = 0

    def prepare(self) -> None:
        self._number = await_running(self._stack, self._name)

    def apply(self) -> None:
        os.kill(self._number, self._signal)


class Paused(Fault):
    """It stands still, as a machine that hangs, and goes on as if nothing had been."""

    hold_s = (0.5, 3.0)
    kills = 0

    def __init__(self, stack: Stack, name: str, title: str = "") -> None:
        super().__init__(title or f"SIGSTOP, SIGCONT {role_of(name)}")
        self._stack, self._name = stack, name
        self._pause = contextlib.ExitStack()

    def prepare(self) -> None:
        await_running(self._stack, self._name)

    def apply(self) -> None:
        self._pause.enter_context(self._stack.paused(self._name))

    def heal(self) -> None:
        self._pause.close()


class PausedBeyondTheLease(Paused):
    """Long enough that another instance has taken its partitions when it wakes."""

    hold_s = (12.0, 15.0)
    others_take_over = True

    def __init__(self, stack: Stack, name: str) -> None:
        super().__init__(stack, name, f"SIGSTOP beyond the lease {role_of(name)}")


class Gone(Paused):
    """Nobody stands in for it."""

    hold_s = (15.0, 20.0)

    def __init__(self, stack: Stack, name: str) -> None:
        super().__init__(stack, name, f"gone for 15 s and more: {role_of(name)}")


class WholeRoleKilled(Fault):
    """Every instance of it, so that nobody can take over."""

    def __init__(self, faults: list[Killed], role: str) -> None:
        super().__init__(f"kill -9 every {role}")
        self.kills = len(faults)
        self._faults = faults

    def prepare(self) -> None:
        for fault in self._faults:
            fault.prepare()

    def apply(self) -> None:
        for fault in self._faults:
            fault.apply()


class TwoKilled(Fault):
    """Any two."""

    kills = 2

    def __init__(self, faults: list[Killed], chance: random.Random) -> None:
        super().__init__("kill -9 any two at once")
        self._faults, self._chance = faults, chance
        self._chosen: list[Killed] = []

    def prepare(self) -> None:
        self._chosen = self._chance.sample(self._faults, 2)
        for fault in self._chosen:
            fault.prepare()

    def apply(self) -> None:
        for fault in self._chosen:
            fault.apply()


def role_of(name: str) -> str:
    """orders-2 → orders"""
    return re.sub(r"-\d+$", "", name)


def names_of_processes(stack: Stack) -> list[str]:
    return sorted(file.stem for file in (stack.folder / "pids").glob("*.pid"))


def process_faults(stack: Stack, chance: random.Random, long: bool) -> list[Fault]:
    """All that can befall the processes that there are, however many instances of a role; `long`: also what takes its time."""
    names = names_of_processes(stack)
    kills = [Killed(stack, name) for name in names]
    faults: list[Fault] = [*kills, *(Paused(stack, name) for name in names)]
    faults.append(Killed(stack, "postgres", signal.SIGQUIT, "immediate stop postgres"))
    faults += [TwoKilled(kills, chance)] * 3
    instances = {role: [name for name in names if role_of(name) == role] for role in sorted({role_of(name) for name in names} - set(names))}
    faults += [WholeRoleKilled([Killed(stack, name) for name in some], role) for role, some in instances.items()]
    if not long:
        return faults
    faults += [*kills, *[TwoKilled(kills, chance)] * 3]  # what takes its time is not to take most of it
    faults += [PausedBeyondTheLease(stack, chance.choice(some)) for role, some in instances.items() if role in SHARING]
    return faults + [Gone(stack, name) for name in ("mail", "postgres", "nats")]
