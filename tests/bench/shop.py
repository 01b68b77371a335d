"""Customers who order at a fixed rate and read their orders back at the same; what one saw once he must see for ever."""

import random
import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from statistics import quantiles
from types import TracebackType

from client import Answer
from people import User

KEPT = 200  # of a customer's orders: read back again and again


def answered(ask: Callable[[], Answer]) -> Answer | None:
    """Nothing: the connection broke."""
    try:
        return ask()
    except (OSError, HTTPException):
        return None


class Customer:
    """Two threads of his own, one that orders and one that reads."""

    def __init__(self, shop: "Shop", user: User, number: int, every_s: float) -> None:
        self.shop = shop
        self.buying, self.reading = user.elsewhere(), user.elsewhere()
        self.orders: list[tuple[str, str]] = []  # id and position, newest last
        self.versions: dict[str, int] = {}  # that he has seen
        self.random = random.Random(number)
        first = time.monotonic() + every_s * random.Random(-number).random()
        self.threads = [threading.Thread(target=self._at_rate, args=(act, first, every_s)) for act in (self._order, self._read)]

    def _at_rate(self, act: Callable[[float], None], due: float, every_s: float) -> None:
        while not self.shop.closing.wait(max(0.0, due - time.monotonic())):
            act(due)
            due += every_s

    def _order(self, due: float) -> None:
        answer = answered(lambda: self.buying.order(1))
        self.shop.count("orders", due, failed=answer is None or answer.status != 202)
        if answer and answer.status == 202:
            self.orders = [*self.orders[-KEPT:], (str(answer.json()["id"]), answer.headers["Ordo-Position"])]

    def _read(self, due: float) -> None:
        if not (known := self.orders):
            return
        order_id, position = known[-1] if self.random.random() < 0.5 else self.random.choice(known)
        answer = answered(lambda: self.reading.get(f"/api/orders/{order_id}", Ordo_After=position))
        self.shop.count("reads", due, failed=answer is None or answer.status != 200)
        if answer and answer.status == 200:
            version = int(answer.json()["version"])
            if version < self.versions.get(order_id, 0):
                self.shop.count("reads that went backwards")
            self.versions[order_id] = max(version, self.versions.get(order_id, 0))


class Shop:
    """Open from entering to leaving."""

    def __init__(self, users: list[User], per_second: int) -> None:
        self.counts = {"orders": 0, "orders failed": 0, "reads": 0, "reads failed": 0, "reads that went backwards": 0}
        self.took_ms: dict[str, list[float]] = {"orders": [], "reads": []}
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.customers = [Customer(self, user, number, len(users) / per_second) for number, user in enumerate(users)]

    def count(self, what: str, due: float | None = None, failed: bool = False) -> None:
        took_ms = (time.monotonic() - due) * 1000 if due else 0.0
        with self.lock:
            self.counts[what] += 1
            if failed:
                self.counts[f"{what} failed"] += 1
            if due:
                self.took_ms[what].append(took_ms)

    def go_on(self, seconds: float) -> None:
        self.closing.wait(seconds)

    def latencies(self) -> dict[str, tuple[float, float]]:
        """p50 and p99 in ms, from when a request was due to its whole answer, of what came since it was asked last."""
        with self.lock:
            took_ms, self.took_ms = self.took_ms, {"orders": [], "reads": []}
        cuts = {what: quantiles(values, n=100) for what, values in took_ms.items()}
        return {what: (round(cut[49], 2), round(cut[98], 2)) for what, cut in cuts.items()}

    def __enter__(self) -> "Shop":
        for customer in self.customers:
            for thread in customer.threads:
                thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.set()
        for customer in self.customers:
            for thread in customer.threads:
                thread.join()
