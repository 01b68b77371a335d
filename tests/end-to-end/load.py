"""Many orders of many users at once."""

import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from people import User, new_user
from stack import Stack

MONEY_EACH = 10_000_000
TOO_DEAR = MONEY_EACH + 1
AT_ONCE = 16


@dataclass(frozen=True)
class Placed:
    order_id: str
    correlation_id: str
    is_too_dear: bool


def make_users(stack: Stack, count: int, money: int = MONEY_EACH) -> list[User]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda _: new_user(stack, money=money), range(count)))


def place_orders(users: list[User], count: int, seed: int, after_each: Callable[[int], None] = lambda placed: None) -> list[Placed]:
    """Every third is too dear; all must be accepted. `after_each` is told how many have been, by the thread that placed the last."""
    rest = random.Random(seed)
    wishes = [(rest.choice(users), TOO_DEAR if number % 3 == 0 else rest.randint(1, 5_000)) for number in range(count)]
    counter, lock = iter(range(1, count + 1)), threading.Lock()

    def place(wish: tuple[User, int]) -> Placed:
        user, price = wish
        correlation_id = f"load-{uuid.uuid4()}"
        with user.elsewhere() as own:
            answer = own.order(price, X_Correlation_Id=correlation_id, Idempotency_Key=str(uuid.uuid4())).expect(202)
        with lock:
            placed = next(counter)
        after_each(placed)
        return Placed(answer.json()["id"], correlation_id, price == TOO_DEAR)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(place, wishes))
