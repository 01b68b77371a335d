"""What a page of another origin may do with a browser (CORS), and the methods that a path has (OPTIONS, 405)."""

from collections.abc import Iterator

import pytest
from people import new_user
from stack import Stack

SHOP = "https://shop.example"


@pytest.fixture(scope="module")
def shop_stack() -> Iterator[Stack]:
    own = Stack(ORDO_CORS_ORIGINS=f"{SHOP},http://127.0.0.1:5173")
    yield own
    own.remove()


def preflight(stack: Stack, origin: str, path: str = "/api/orders"):
    return stack.client().send("OPTIONS", path, headers={
        "Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type, prefer"})


def test_a_page_of_the_shop_asks_beforehand_and_then_orders(shop_stack: Stack) -> None:
    user = new_user(shop_stack, money=1_000)
    asked = preflight(shop_stack, SHOP).expect(204)
    assert asked.headers["Access-Control-Allow-Origin"] == SHOP
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    allowed = {name.strip().lower() for name in asked.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type", "prefer", "idempotency-key", "ordo-after", "last-event-id"} <= allowed
    answer = user.order(10, Origin=SHOP)
    assert answer.expect(202).headers["Access-Control-Allow-Origin"] == SHOP
    assert "Location" in answer.headers["Access-Control-Expose-Headers"]


def test_refusals_too_can_be_read_by_the_page(shop_stack: Stack) -> None:
    client = shop_stack.client()
    for path, status in (("/api/orders", 401), ("/api/nothing", 404)):
        answer = client.get(path, Origin=SHOP).expect(status)
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://shop.example", "https://shop.example.evil.example", "null"])
def test_a_page_of_somebody_else_is_told_nothing(shop_stack: Stack, origin: str) -> None:
    asked = preflight(shop_stack, origin)
    assert "Access-Control-Allow-Origin" not in asked.headers
    answer = shop_stack.client().get("/livez", Origin=origin).expect(200)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_unless_it_is_configured_no_other_origin_is_allowed(stack: Stack) -> None:
    assert "Access-Control-Allow-Origin" not in preflight(stack, SHOP).headers
    assert "Access-Control-Allow-Origin" not in stack.client().get("/livez", Origin=SHOP).expect(200).headers


@pytest.mark.parametrize(("path", "methods"), [
    ("/api/orders", {"GET", "HEAD", "POST", "OPTIONS"}), ("/api/users/me", {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
    ("/api/auth/login", {"POST", "OPTIONS"}), ("/livez", {"GET", "HEAD", "OPTIONS"})])
def test_options_and_a_method_that_is_not_served_name_those_that_are(stack: Stack, path: str, methods: set[str]) -> None:
    client = stack.client()
    for answer in (client.send("OPTIONS", path).expect(204), client.send("PUT", path, "{}").expect(405)):
        assert {method.strip() for method in answer.headers["Allow"].split(",")} == methods
