"""The load: people who order, cancel, top up, ask again when nobody answered, and remember all that they were told."""

import http.client
import random
import threading
import time

from client import Answer, Client
from people import User
from wishes import CANCELLATION, TOP_UP, Wish, new_wish, take_back

ANSWER_LIMIT_S = 4.0
RETRY_AFTER_S = 0.25
LAST_ANSWER_LIMIT_S = 90
GOOD = (200, 201, 202, 402)
TRY_LATER = (429, 503)


class Buyers:
    """`per_second` wishes of all users together, each user a thread of its own; cancellations come on top. Times are those of
    `time.monotonic`."""

    def __init__(self, users: list[User], per_second: float, seed: int) -> None:
        self.wishes: list[Wish] = []
        self.strange: list[tuple[float, str]] = []  # answers that the contract does not know
        self.unanswered = 0  # requests
        self.told_to_come_again = 0  # requests
        self._lock = threading.Lock()
        self._closing, self._giving_up = threading.Event(), threading.Event()
        pause_s = len(users) / per_second
        self._threads = [threading.Thread(target=self._live, args=(user, random.Random(f"{seed}-{number}"), pause_s))
                         for number, user in enumerate(users)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No new wishes but cancellations; returns when every old one is answered, or will not be any more."""
        self._closing.set()
        deadline = time.monotonic() + LAST_ANSWER_LIMIT_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._giving_up.set()
        for thread in self._threads:
            thread.join()

    def accepted(self) -> list[Wish]:
        return [wish for wish in self.wishes if wish.ids]

    def never_answered(self) -> list[Wish]:
        return [wish for wish in self.wishes if not wish.ids and not wish.is_refused]

    def _live(self, user: User, chance: random.Random, pause_s: float) -> None:
        open_wishes: list[Wish] = []
        next_new = time.monotonic() + chance.random() * pause_s
        with Client(user.url, user.token, ANSWER_LIMIT_S) as client:
            while (open_wishes or not self._closing.is_set()) and not self._giving_up.is_set():
                now = time.monotonic()
                if not self._closing.is_set() and now >= next_new:
                    next_new = max(next_new + pause_s, now - pause_s)
                    open_wishes.append(self._remember(new_wish(chance)))
                due = min(open_wishes, key=lambda wish: wish.due_at, default=None)
                if due is None or due.due_at > now:
                    soonest = min(next_new, due.due_at if due else next_new)
                    time.sleep(min(max(soonest - now, 0.001), RETRY_AFTER_S))
                    continue
                if self._is_done(client, due):
                    open_wishes.remove(due)
                if due.ids and due.taken_back_after_s is not None and due.cancellation is None:
                    open_wishes.append(self._remember(take_back(due, chance)))

    def _remember(self, wish: Wish) -> Wish:
        with self._lock:
            self.wishes.append(wish)
        return wish

    def _is_done(self, client: Client, wish: Wish) -> bool:
        wish.attempts += 1
        wish.due_at = time.monotonic() + RETRY_AFTER_S
        headers = {"Idempotency-Key": wish.key, "X-Correlation-Id": wish.correlation_id}
        try:
            answer = client.post(wish.path, wish.body, **headers, **({"Prefer": "wait=1"} if wish.wait else {}))
        except (OSError, http.client.HTTPException):
            self.unanswered += 1
            return False
        if answer.status in GOOD:
            return self._take(wish, answer)
        if is_told_to_come_again(answer):
            self.told_to_come_again += 1
            return False
        if wish.kind == CANCELLATION and answer.status == 409 and answer.json()["code"] == "order_not_cancellable":
            wish.is_refused = True
            return True
        self._note_strange(wish, answer)
        return answer.status < 500

    def _take(self, wish: Wish, answer: Answer) -> bool:
        told = answer.json()
        told = told.get("order", told)
        wish.ids.append(told["operation_id" if wish.kind == TOP_UP else "id"])
        wish.accepted_at = wish.accepted_at or time.monotonic()
        if answer.headers["X-Correlation-Id"] != wish.correlation_id:
            self._note_strange(wish, answer)
        wish.repeats -= 1
        return wish.repeats < 0

    def _note_strange(self, wish: Wish, answer: Answer) -> None:
        said = f"{wish.kind} {wish.key}: {answer.status} {answer.headers['X-Correlation-Id']} {answer.body[:300]!r}"
        with self._lock:
            self.strange.append((time.monotonic(), said))


def is_told_to_come_again(answer: Answer) -> bool:
    """As the contract has it: a problem, and when to come again."""
    return (answer.status in TRY_LATER and answer.headers["Retry-After"] is not None
            and answer.headers["Content-Type"].startswith("application/problem+json"))
