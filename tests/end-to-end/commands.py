"""Every command of the contract, as a client asks for it: what it is posted to, with which body, and another body for the same key."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from client import Answer, Client
from people import User, basket

PRICE = 100
TOP_UP = 5


@dataclass(frozen=True)
class Command:
    path: str
    body: Any
    other_body: Any

    def post(self, user: Client, key: str, body: Any = None, **headers: str) -> Answer:
        return user.post(self.path, body or self.body, Idempotency_Key=key, **headers)

    def post_at_once(self, users: list[User], key: str, **headers: str) -> list[Answer]:
        """Each user over a connection of his own; of several gateways each may name another."""
        def post(user: User) -> Answer:
            with user.elsewhere() as own:
                return self.post(own, key, **headers)
        with ThreadPoolExecutor(len(users)) as pool:
            return list(pool.map(post, users))


def order(_: User) -> Command:
    return Command("/api/orders", basket(PRICE), basket(PRICE + 1))


def cancellation(user: User) -> Command:
    paid = user.order(PRICE, Prefer="wait=30").expect(201).json()["id"]
    user.await_status(paid, "PAID")
    return Command(f"/api/orders/{paid}/cancel", {"reason": "too dear"}, {"reason": "Anna says no"})


def top_up(_: User) -> Command:
    return Command("/api/payments/topup", {"amount": TOP_UP, "currency": "EUR"}, {"amount": TOP_UP + 1, "currency": "EUR"})


def account(_: User) -> Command:
    return Command("/api/payments/account", {"currency": "EUR"}, {"currency": "USD"})


COMMANDS: tuple[Callable[[User], Command], ...] = (order, cancellation, top_up, account)


def new_key() -> str:
    return str(uuid.uuid4())


def is_replayed(answer: Answer) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"
