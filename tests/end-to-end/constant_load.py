"""Clients who order, read and wait without a pause, and note whatever is not answered as it should be."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from client import Answer
from commands import new_key
from people import User

THINKS_S = 0.02


@dataclass
class Noted:
    answers: Counter[str] = field(default_factory=Counter)  # by what was asked and how it was answered
    accepted: list[str] = field(default_factory=list)  # orders
    refused: list[Answer] = field(default_factory=list)  # 5xx
    broken: list[str] = field(default_factory=list)  # no answer at all
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> int:
        return self.answers.total()


def accept(user: User) -> Answer:
    return user.order(1, Idempotency_Key=new_key())


def accept_without_key(user: User) -> Answer:
    return user.order(1)


def wait(user: User) -> Answer:
    return user.order(1, Prefer="wait=20")


def read_list(user: User) -> Answer:
    return user.get("/api/orders?limit=5")


def read_after_writing(user: User) -> Answer:
    written = user.order(1)
    if written.status != 202:
        return written
    return user.get(written.headers["Location"], Ordo_After=written.headers["Ordo-Position"])


ASKED = (accept, accept_without_key, wait, read_list, read_after_writing)
EXPECTED = {"accept": 202, "accept_without_key": 202, "wait": 201, "read_list": 200, "read_after_writing": 200}


def ask_on(user: User, noted: Noted, over: threading.Event, seed: int) -> None:
    choice = random.Random(seed)
    while not over.wait(THINKS_S * choice.random()):
        asked = choice.choice(ASKED)
        try:
            answer = asked(user)
        except (OSError, http.client.HTTPException) as error:
            with noted.lock:
                noted.broken.append(f"{asked.__name__}: {error!r}")
            continue
        with noted.lock:
            noted.answers[f"{asked.__name__} {answer.status}"] += 1
            if answer.status in (201, 202):
                noted.accepted.append(answer.json()["id"])
            if answer.status >= 500:
                noted.refused.append(answer)


@contextmanager
def constant_load(user: User, clients: int = 12) -> Iterator[Noted]:
    """Each client over a connection that he keeps; they go on until the block ends."""
    noted, over = Noted(), threading.Event()
    with ThreadPoolExecutor(clients) as pool:
        asking = [pool.submit(ask_on, user.elsewhere(), noted, over, seed) for seed in range(clients)]
        try:
            began = time.monotonic()
            yield noted
        finally:
            over.set()
    for each in asking:
        each.result()
    print(f"{noted.count()} answers in {time.monotonic() - began:.1f} s: {dict(sorted(noted.answers.items()))}, "
          f"{len(noted.refused)} times 5xx, {len(noted.broken)} without an answer")


def unexpected(noted: Noted) -> dict[str, int]:
    """What was answered otherwise than where nothing ends, 5xx apart."""
    return {told: count for told, count in noted.answers.items()
            if int(told.split()[1]) not in (EXPECTED[told.split()[0]], 502, 503)}
