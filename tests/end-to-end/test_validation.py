"""Bad input is told in full: every error at once, each with a pointer."""

from typing import Any

import pytest
from people import User, basket

AMOUNT_MAX = 10**12


def pointers(user: User, path: str, body: Any) -> set[str]:
    problem = user.post(path, body).expect(422).json()
    assert all(error["detail"] for error in problem["errors"])
    return {error["pointer"] for error in problem["errors"]}


def test_all_errors_of_an_order_come_at_once(user: User) -> None:
    body = {"items": [{"sku": "", "quantity": 0, "unit_price": -1}, {"sku": "A", "quantity": 1.5, "unit_price": "1", "colour": 1}],
            "currency": "euro", "discount": 5}
    assert pointers(user, "/api/orders", body) == {
        "/items/0/sku", "/items/0/quantity", "/items/0/unit_price", "/items/1/quantity", "/items/1/unit_price",
        "/items/1/colour", "/currency", "/discount"}


def test_what_is_missing_is_named(user: User) -> None:
    assert pointers(user, "/api/orders", {}) == {"/items", "/currency"}
    assert pointers(user, "/api/orders", {"items": [], "currency": "EUR"}) == {"/items"}
    assert pointers(user, "/api/orders", {"items": [{}], "currency": "EUR"}) == {
        "/items/0/sku", "/items/0/quantity", "/items/0/unit_price"}
    assert pointers(user, "/api/payments/topup", {}) == {"/amount", "/currency"}


@pytest.mark.parametrize("amount", [0, -1, AMOUNT_MAX + 1, 2**63, 2**64, 10**30, 1.5, 100.0, 1e3, "100", None, True, [1], {}])
def test_an_amount_is_a_whole_number_from_one_to_the_limit(user: User, amount: Any) -> None:
    assert pointers(user, "/api/payments/topup", {"amount": amount, "currency": "EUR"}) == {"/amount"}
    assert pointers(user, "/api/orders", basket(amount)) == {"/items/0/unit_price"}


@pytest.mark.parametrize("items", [
    [{"sku": "A", "quantity": 2, "unit_price": AMOUNT_MAX}],
    [{"sku": "A", "quantity": 1, "unit_price": AMOUNT_MAX}, {"sku": "B", "quantity": 1, "unit_price": 1}],
    [{"sku": "A", "quantity": 1_000_000, "unit_price": AMOUNT_MAX}] * 100,
])
def test_a_total_beyond_the_limit_is_refused(user: User, items: list[dict[str, Any]]) -> None:
    user.post("/api/orders", {"items": items, "currency": "EUR"}).expect(422)


def test_a_total_at_the_limit_is_an_order_that_is_too_dear(user: User) -> None:
    assert user.order(AMOUNT_MAX, Prefer="wait=10").expect(402).json()["order"]["total"] == AMOUNT_MAX


@pytest.mark.parametrize("currency", ["", "EU", "EURO", "eur", "12A", "ЕUR", None, 978])
def test_a_currency_is_three_capital_letters(user: User, currency: Any) -> None:
    assert pointers(user, "/api/payments/topup", {"amount": 1, "currency": currency}) == {"/currency"}


def test_an_order_in_another_currency_than_the_wallets_is_cancelled_for_it(user: User) -> None:
    problem = user.post("/api/orders", {**basket(1), "currency": "USD"}, Prefer="wait=10").expect(402).json()
    assert problem["code"] == "currency_mismatch"
    assert problem["order"]["cancel_reason"] == "CURRENCY_MISMATCH"


def test_a_text_with_a_nul_in_it_is_refused(user: User) -> None:
    body = basket(1)
    body["items"][0]["name"] = "a\0b"
    assert pointers(user, "/api/orders", body) == {"/items/0/name"}


def test_a_registration_tells_all_that_is_wrong_with_it(user: User) -> None:
    guest = User(user.url, "", "", "", "")
    assert pointers(guest, "/api/auth/register", {"username": "", "password": "", "email": "nobody", "admin": True}) == {
        "/username", "/password", "/email", "/admin"}
    body = {"username": "!!", "password": "short", "email": "nobody", "locale": "xx", "phone": "call me", "admin": True}
    assert pointers(guest, "/api/auth/register", body) == {"/username", "/password", "/email", "/locale", "/phone", "/admin"}


def test_a_change_of_the_profile_tells_all_that_is_wrong_with_it(user: User) -> None:
    problem = user.patch("/api/users/me", {"email": "nobody", "locale": "xx", "phone": "call me", "username": "new"}).expect(422).json()
    assert {error["pointer"] for error in problem["errors"]} == {"/email", "/locale", "/phone", "/username"}


@pytest.mark.parametrize("address", ["a@b\r\nBcc: c@d", "a b@c.example", "@example.com", "a@", "a@b@c"])
def test_an_address_that_could_harm_a_letter_is_refused(user: User, address: str) -> None:
    guest = User(user.url, "", "", "", "")
    body = {"username": f"x{user.name}", "password": "correct horse battery staple", "email": address}
    assert pointers(guest, "/api/auth/register", body) == {"/email"}


def test_an_items_name_comes_back_as_it_was_sent(user: User) -> None:
    body = basket(1)
    body["items"][0]["name"] = 'Чай "зелёный" <b>&amp; \\ 🍵 {{name}} %s'
    order = user.post("/api/orders", body, Prefer="wait=10").expect(201).json()
    assert order["items"][0]["name"] == body["items"][0]["name"]
    assert user.await_status(order["id"], "PAID")["items"] == order["items"]
