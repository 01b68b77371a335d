"""How long a fault was felt: fresh orders all the time, in every partition, and when the first of them was paid."""

import http.client
import threading
import time
import uuid
from dataclasses import dataclass

from buyers import is_told_to_come_again
from client import Client
from people import User, basket, new_user
from stack import Stack, until

LANES_PER_PARTITION = 3
LANE_PAUSE_S = 1.2  # so ten orders a second in four partitions, while they are paid
RETRY_PAUSE_S = 0.1
WAIT_S = 2
ANSWER_LIMIT_S = 3.0


@dataclass(frozen=True)
class Paid:
    sent_at: float
    paid_at: float


def user_in_each_partition(stack: Stack) -> list[User]:
    """New users with money, as many as it takes until every partition has one."""
    found: dict[str, User] = {}
    partitions = int(stack.address["ORDO_PARTITIONS"])
    for _ in range(20 * partitions):
        user = new_user(stack, money=10_000_000)
        order_id = user.order(1, Prefer="wait=10").expect(201).json()["id"]
        where = f"select distinct stream from read.order_timeline where order_id = '{order_id}' and stream like 'ORDERS-%'"
        until(lambda: stack.psql(where), "the order is in the timeline")
        found.setdefault(stack.psql(where)[0][0], user)
        if len(found) == partitions:
            return list(found.values())
    raise AssertionError(f"users only in {sorted(found)}")


class Prober:
    """`order_ids` are those of all its orders, once it has stopped. Times are those of `time.monotonic`."""

    def __init__(self, users: list[User]) -> None:
        self.order_ids: set[str] = set()
        self.strange: list[str] = []  # answers that the contract does not know
        self._unanswered: list[tuple[User, str]] = []
        self._paid: list[list[Paid]] = [[] for _ in users]
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._probe, args=(number, user, lane))
                         for number, user in enumerate(users) for lane in range(LANES_PER_PARTITION)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._closing.set()
        for thread in self._threads:
            thread.join()
        for user, key in self._unanswered:
            with Client(user.url, user.token, ANSWER_LIMIT_S) as client:
                until(lambda: self._status(client, key) in (201, 202), "an order that nobody answered for is answered for", 60)

    def await_paid_everywhere(self, sent_after: float, paid_after: float, limit_s: float) -> float | None:
        """When in each partition an order of after `sent_after` was paid, but not before `paid_after`; None: not in time."""
        deadline = time.monotonic() + limit_s

        def first(paid: list[Paid]) -> float | None:
            return min((one.paid_at for one in paid if one.sent_at >= sent_after and one.paid_at >= paid_after), default=None)
        with self._news:
            while True:
                times = [at for at in map(first, self._paid) if at is not None]
                if len(times) == len(self._paid):
                    return max(times)
                if not self._news.wait(deadline - time.monotonic()):
                    return None

    def _probe(self, number: int, user: User, lane: int) -> None:
        pause_s = LANE_PAUSE_S * lane / LANES_PER_PARTITION
        with Client(user.url, user.token, ANSWER_LIMIT_S) as client:
            while not self._closing.wait(pause_s):
                sent_at = time.monotonic()
                key = uuid.uuid4().hex
                status = self._status(client, key)
                is_paid = status == 201
                if status not in (201, 202):
                    self._unanswered.append((user, key))
                if is_paid:
                    with self._news:
                        self._paid[number].append(Paid(sent_at, time.monotonic()))
                        self._news.notify_all()
                pause_s = max(0.0, sent_at + LANE_PAUSE_S - time.monotonic()) if is_paid else RETRY_PAUSE_S

    def _status(self, client: Client, key: str) -> int:
        """Of the answer; 0 when there was none."""
        try:
            answer = client.post("/api/orders", basket(1), Idempotency_Key=key, Prefer=f"wait={WAIT_S}")
        except (OSError, http.client.HTTPException):
            return 0
        if answer.status in (201, 202):
            self.order_ids.add(answer.json()["id"])
        elif not is_told_to_come_again(answer):
            self.strange.append(f"probe {key}: {answer.status} {answer.body[:300]!r}")
        return answer.status
