"""What people want of Ordo: each thing once, however often they have to ask for it."""

import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Self

from people import basket

TOO_DEAR_PRICE = 10**12
ASKED_AGAIN = 0.1  # the share of wishes that are repeated although they were answered
WAITED_FOR = 0.2
TAKEN_BACK = 0.2  # the share of orders that are cancelled,
TAKEN_BACK_AT_ONCE = 0.5  # and of these, in a race with their payment
TAKEN_BACK_AFTER_S = (0.2, 5.0)

ORDER, TOO_DEAR, TOP_UP, CANCELLATION = "order", "too dear", "top-up", "cancellation"


@dataclass
class Wish:
    """Times are those of `time.monotonic`."""
    kind: str
    path: str
    body: dict[str, object]
    key: str
    wait: bool
    repeats: int  # how often it is asked for again after the first answer
    taken_back_after_s: float | None = None  # counted from the first answer; none: never
    order: Self | None = None  # what a cancellation takes back
    cancellation: Self | None = None  # of an order
    attempts: int = 0
    first_asked_at: float = 0.0
    ids: list[str] = field(default_factory=list)  # of each answer that accepted it
    is_refused: bool = False  # for good: the order was over before its cancellation came
    accepted_at: float = 0.0  # of the first of them
    due_at: float = 0.0

    @property
    def correlation_id(self) -> str:
        return f"chaos-{self.key}"

    @property
    def is_order(self) -> bool:
        return self.kind in (ORDER, TOO_DEAR)

    @property
    def is_taken_back(self) -> bool:
        return self.cancellation is not None and bool(self.cancellation.ids)


def new_wish(chance: random.Random) -> Wish:
    kind = chance.choices((ORDER, TOO_DEAR, TOP_UP), (80, 10, 10))[0]
    price = chance.randint(1, 5_000)
    body = {"amount": price, "currency": "EUR"} if kind == TOP_UP else basket(TOO_DEAR_PRICE if kind == TOO_DEAR else price)
    wish = _wish(kind, "/api/payments/topup" if kind == TOP_UP else "/api/orders", body, chance)
    if wish.is_order and chance.random() < TAKEN_BACK:
        wish.taken_back_after_s = 0.0 if chance.random() < TAKEN_BACK_AT_ONCE else chance.uniform(*TAKEN_BACK_AFTER_S)
    return wish


def take_back(order: Wish, chance: random.Random) -> Wish:
    """`order` was accepted and is to be cancelled."""
    order.cancellation = _wish(CANCELLATION, f"/api/orders/{order.ids[0]}/cancel", {}, chance)
    order.cancellation.order = order
    order.cancellation.due_at = order.accepted_at + (order.taken_back_after_s or 0.0)
    return order.cancellation


def _wish(kind: str, path: str, body: dict[str, object], chance: random.Random) -> Wish:
    return Wish(kind, path, body, key=uuid.UUID(int=chance.getrandbits(128)).hex, wait=chance.random() < WAITED_FOR,
                repeats=int(chance.random() < ASKED_AGAIN), first_asked_at=time.monotonic())
