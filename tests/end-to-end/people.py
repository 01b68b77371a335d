"""Users of a stack: registered, logged in, with an account; and what they do."""

import time
import uuid
from typing import Any

from client import Answer, Client
from stack import Stack, until

PASSWORD = "correct horse battery staple"


class User(Client):
    """A logged-in user; not to be shared between threads (see `elsewhere`)."""

    def __init__(self, url: str, token: str, user_id: str, name: str, address: str) -> None:
        super().__init__(url, token)
        self.id = user_id
        self.name = name
        self.address = address
        self.logged_in_at = time.monotonic()

    def log_in_again(self) -> None:
        self.token = patiently(self, "/api/auth/login", {"username": self.name, "password": PASSWORD}).expect(200).json()["access_token"]
        self.logged_in_at = time.monotonic()

    def elsewhere(self) -> "User":
        """The same user over another connection, for another thread."""
        assert self.token
        return User(self.url, self.token, self.id, self.name, self.address)

    def balance(self) -> int:
        return int(self.get(f"/api/payments/balance/{self.id}").expect(200).json()["balance"])

    def await_balance(self, expected: int) -> None:
        """Orders and balances are projected apart: an order that is readable says nothing of the balance."""
        until(lambda: self.balance() == expected, f"the balance is {expected}")

    def top_up(self, amount: int) -> Answer:
        return self.post("/api/payments/topup", {"amount": amount, "currency": "EUR"}, Prefer="wait=10").expect(200)

    def order(self, unit_price: int, quantity: int = 1, **headers: str) -> Answer:
        return self.post("/api/orders", basket(unit_price, quantity), **headers)

    def order_of(self, order_id: str) -> dict[str, Any]:
        return dict(self.get(f"/api/orders/{order_id}").expect(200).json())

    def await_status(self, order_id: str, *statuses: str, limit_s: float = 20) -> dict[str, Any]:
        until(lambda: self.get(f"/api/orders/{order_id}").status == 200
              and self.order_of(order_id)["status"] in statuses, f"order {order_id} is {statuses}", limit_s)
        return self.order_of(order_id)


def basket(unit_price: int, quantity: int = 1) -> dict[str, Any]:
    return {"items": [{"sku": "TEA-1", "name": "Green tea", "quantity": quantity, "unit_price": unit_price}],
            "currency": "EUR"}


def registration(name: str, locale: str = "en") -> dict[str, str]:
    return {"username": name, "password": PASSWORD, "email": f"{name}@example.com", "locale": locale}


def patiently(client: Client, path: str, body: Any) -> Answer:
    """Log-ins and the like are strictly limited, and slow where the machine is busy; whoever is told when to come again does so."""
    deadline = time.monotonic() + 120
    while (answer := client.post(path, body)).status in (429, 503) and time.monotonic() < deadline:
        time.sleep(float(answer.headers["Retry-After"]))
    return answer


def new_user(stack: Stack, locale: str = "en", money: int = 0) -> User:
    """Registered and logged in, the account open, `money` in it and readable."""
    name = f"user-{uuid.uuid4().hex[:12]}"
    body = registration(name, locale)
    guest = stack.client()
    registered = patiently(guest, "/api/auth/register", body)
    assert registered.status in (201, 409), registered  # 409: it was done by an earlier request, which was told that it might be
    token = patiently(guest, "/api/auth/login", {"username": name, "password": PASSWORD}).expect(200).json()["access_token"]
    user = User(guest.url, token, registered.json().get("user_id", ""), name, body["email"])
    user.id = user.id or user.get("/api/users/me").expect(200).json()["user_id"]
    until(lambda: user.get(f"/api/payments/balance/{user.id}").status == 200, "the account is opened by itself")
    if money:
        user.top_up(money)
        user.await_balance(money)
    return user
