"""How long a fault was felt: fresh orders all the time, in every partition, and when the first of them was paid and had its letter."""

import contextlib
import http.client
import threading
import time
import uuid
from dataclasses import dataclass

from buyers import is_told_to_come_again
from client import Client
from load import make_users
from people import User, basket
from stack import Stack, until

USERS_PER_PARTITION = 3
TRIES_MAX = 10
LANES_PER_PARTITION = 3
LANE_PAUSE_S = 1.2  # so ten orders a second in four partitions, while they are paid
RETRY_PAUSE_S = 0.1
WAIT_S = 2
ANSWER_LIMIT_S = 3.0
LETTERS_EVERY_S = 0.3
LETTERS_LOOKED_AT = 30  # of the newest: those of the last twelve seconds


@dataclass(frozen=True)
class Seen:
    sent_at: float
    seen_at: float


class Sightings:
    """Orders of each partition that reached a stage, with the times when they were sent and when that was seen."""

    def __init__(self, partitions: int) -> None:
        self._seen: list[list[Seen]] = [[] for _ in range(partitions)]
        self._news = threading.Condition()

    def add(self, partition: int, seen: Seen) -> None:
        with self._news:
            self._seen[partition].append(seen)
            self._news.notify_all()

    def await_everywhere(self, sent_after: float, seen_after: float, deadline: float) -> float | None:
        """When in each partition an order of after `sent_after` was seen, but not before `seen_after`; None: not in time."""
        def first(seen: list[Seen]) -> float | None:
            return min((one.seen_at for one in seen if one.sent_at >= sent_after and one.seen_at >= seen_after), default=None)
        with self._news:
            while True:
                times = [at for at in map(first, self._seen) if at is not None]
                if len(times) == len(self._seen):
                    return max(times)
                if not self._news.wait(deadline - time.monotonic()):
                    return None


def user_in_each_partition(stack: Stack) -> list[User]:
    """New users with money, as many as it takes until every partition has one."""
    found: dict[str, User] = {}
    partitions = int(stack.address["ORDO_PARTITIONS"])
    for _ in range(TRIES_MAX):
        users = make_users(stack, USERS_PER_PARTITION * partitions)
        order_ids = [user.order(1, Prefer="wait=10").expect(201).json()["id"] for user in users]
        wanted = ",".join(f"'{order_id}'" for order_id in order_ids)
        rows = f"select distinct order_id, stream from read.order_timeline where stream like 'ORDERS-%' and order_id in ({wanted})"
        until(lambda: len(stack.psql(rows)) == len(users), "the orders are in the timeline")
        streams = dict(map(tuple, stack.psql(rows)))
        found = {streams[order_id]: user for user, order_id in zip(users, order_ids)} | found
        if len(found) == partitions:
            return [found[stream] for stream in sorted(found)]
    raise AssertionError(f"users only in {sorted(found)}")


class Prober:
    """`order_ids` are those of all its orders, once it has stopped; `paid` and `lettered`: which of them were, the latter as the read
    model tells it over HTTP. Times are those of `time.monotonic`."""

    def __init__(self, users: list[User]) -> None:
        self.order_ids: set[str] = set()
        self.strange: list[str] = []  # answers that the contract does not know
        self.paid, self.lettered = Sightings(len(users)), Sightings(len(users))
        self._sent_at: dict[str, float] = {}  # of the paid ones, until their letter is seen
        self._unanswered: list[tuple[User, str]] = []
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._probe, args=(number, user, lane))
                         for number, user in enumerate(users) for lane in range(LANES_PER_PARTITION)]
        self._threads += [threading.Thread(target=self._watch_letters, args=(number, user)) for number, user in enumerate(users)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._closing.set()
        for thread in self._threads:
            thread.join()
        for user, key in self._unanswered:
            with Client(user.url, user.token, ANSWER_LIMIT_S) as client:
                until(lambda: self._order(client, key)[0] in (201, 202), "an order that nobody answered for is answered for", 60)

    def _probe(self, number: int, user: User, lane: int) -> None:
        # The lanes keep out of step, whatever they all have waited for; or a fault would seem to be felt for as long as a lane pauses.
        phase_s = LANE_PAUSE_S * lane / LANES_PER_PARTITION
        pause_s = phase_s
        with Client(user.url, user.token, ANSWER_LIMIT_S) as client:
            while not self._closing.wait(pause_s):
                sent_at = time.monotonic()
                key = uuid.uuid4().hex
                status, order_id = self._order(client, key)
                if status not in (201, 202):
                    self._unanswered.append((user, key))
                is_paid = status == 201
                if is_paid:
                    self._sent_at[order_id] = sent_at
                    self.paid.add(number, Seen(sent_at, time.monotonic()))
                pause_s = LANE_PAUSE_S - (time.monotonic() - phase_s) % LANE_PAUSE_S if is_paid else RETRY_PAUSE_S

    def _order(self, client: Client, key: str) -> tuple[int, str]:
        """Status and order id of the answer; 0 when there was none."""
        try:
            answer = client.post("/api/orders", basket(1), Idempotency_Key=key, Prefer=f"wait={WAIT_S}")
        except (OSError, http.client.HTTPException):
            return 0, ""
        if answer.status in (201, 202):
            order_id = str(answer.json()["id"])
            self.order_ids.add(order_id)
            return answer.status, order_id
        if not is_told_to_come_again(answer):
            self.strange.append(f"probe {key}: {answer.status} {answer.body[:300]!r}")
        return answer.status, ""

    def _watch_letters(self, number: int, user: User) -> None:
        with Client(user.url, user.token, ANSWER_LIMIT_S) as client:
            while not self._closing.wait(LETTERS_EVERY_S):
                with contextlib.suppress(OSError, http.client.HTTPException):
                    answer = client.get(f"/api/notifications?limit={LETTERS_LOOKED_AT}")
                    letters = answer.json()["items"] if answer.status == 200 else []
                    for sent_at in [self._sent_at.pop(one["order_id"], None) for one in letters if one["state"] == "SENT"]:
                        if sent_at is not None:
                            self.lettered.add(number, Seen(sent_at, time.monotonic()))
