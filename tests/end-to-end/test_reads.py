"""Reading: lists and their pages, ETags, HEAD, positions."""

import re

import pytest
from people import User, new_user
from stack import Stack, until


@pytest.fixture(scope="module")
def buyer(stack: Stack) -> User:
    """Five paid orders at 1 to 5 and two cancelled ones."""
    user = new_user(stack, money=100)
    orders = [user.order(price, Prefer="wait=10").expect(201).json()["id"] for price in range(1, 6)]
    refused = [user.order(1_000, Prefer="wait=10").expect(402).json()["order"]["id"] for _ in range(2)]
    for order_id in orders + refused:
        user.await_status(order_id, "PAID", "CANCELLED")
    user.await_balance(85)
    return user


def totals(user: User, query: str) -> list[int]:
    return [order["total"] for order in user.get(f"/api/orders{query}").expect(200).json()["items"]]


def test_orders_are_listed_newest_first(buyer: User) -> None:
    assert totals(buyer, "") == [1_000, 1_000, 5, 4, 3, 2, 1]


def test_a_list_is_narrowed_by_status_and_owner(buyer: User) -> None:
    assert totals(buyer, "?status=PAID") == [5, 4, 3, 2, 1]
    assert totals(buyer, f"?status=CANCELLED&user_id={buyer.id}") == [1_000, 1_000]
    assert totals(buyer, "?status=PENDING") == []


def test_a_list_is_read_by_limit_and_offset(buyer: User) -> None:
    assert totals(buyer, "?limit=2") == [1_000, 1_000]
    assert totals(buyer, "?limit=2&offset=2") == [5, 4]
    assert totals(buyer, "?limit=2&offset=6") == [1]
    assert totals(buyer, "?offset=7") == []


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_following_the_links_shows_every_order_once(buyer: User, limit: int) -> None:
    path, seen = f"/api/orders?limit={limit}", []
    while path:
        answer = buyer.get(path).expect(200)
        seen += [order["total"] for order in answer.json()["items"]]
        link = re.search(r'<([^>]+)>;\s*rel="next"', answer.headers.get("Link", ""))
        assert bool(link) == bool(answer.json().get("next_cursor"))
        path = link.group(1).replace(buyer.url, "") if link else ""
    assert seen == [1_000, 1_000, 5, 4, 3, 2, 1]


def test_a_long_parameter_that_nobody_reads_does_no_harm(buyer: User) -> None:
    answer = buyer.get("/api/orders?limit=1&utm_source=" + "%D0%B6" * 600).expect(200)
    assert len(answer.headers["Link"]) < 1_000


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "offset=-1", "status=HAPPY", "user_id=me", "limit=1.5"])
def test_a_question_that_makes_no_sense_is_refused(buyer: User, query: str) -> None:
    answer = buyer.get(f"/api/orders?{query}")
    assert answer.status in (400, 422)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_cursor_that_was_tampered_with_is_refused(buyer: User) -> None:
    cursor = buyer.get("/api/orders?limit=2").expect(200).json()["next_cursor"]
    for tampered in (cursor[:-1], cursor + "A", ("B" if cursor[0] == "A" else "A") + cursor[1:], cursor[::-1]):
        buyer.get(f"/api/orders?limit=2&cursor={tampered}").expect(400)


def test_what_has_not_changed_is_not_sent_again(buyer: User) -> None:
    order_id = buyer.get("/api/orders?limit=1").expect(200).json()["items"][0]["id"]
    for path in (f"/api/orders/{order_id}", f"/api/payments/balance/{buyer.id}", "/api/users/me"):
        tag = buyer.get(path).expect(200).headers["ETag"]
        assert re.fullmatch(r'"[^"]+"', tag), "a strong one"
        unchanged = buyer.get(path, If_None_Match=tag).expect(304)
        assert unchanged.body == b"" and unchanged.headers["ETag"] == tag
        buyer.get(path, If_None_Match='"another"').expect(200)


def test_the_tag_of_a_balance_changes_with_it(stack: Stack) -> None:
    user = new_user(stack, money=10)
    path = f"/api/payments/balance/{user.id}"
    tag = user.get(path).expect(200).headers["ETag"]
    user.top_up(1)
    user.await_balance(11)
    assert user.get(path, If_None_Match=tag).expect(200).headers["ETag"] != tag


@pytest.mark.parametrize("path", ["/api/orders", "/api/users/me", "/api/notifications", "/livez", "/readyz"])
def test_head_says_what_get_would_without_the_body(buyer: User, path: str) -> None:
    head = buyer.send("HEAD", path)
    assert head.expect(200).body == b""
    assert head.headers["Content-Type"] == buyer.get(path).headers["Content-Type"]


def test_a_position_that_is_none_is_refused(buyer: User) -> None:
    assert buyer.get("/api/orders", Ordo_After="nonsense").status in (400, 422)


def test_an_admin_reads_what_is_anothers(stack: Stack, buyer: User) -> None:
    name, password = stack.address["ORDO_ADMIN_USER"], stack.address["ORDO_ADMIN_PASSWORD"]
    token = stack.client().post("/api/auth/login", {"username": name, "password": password}).expect(200).json()["access_token"]
    admin = stack.client(token)
    orders = admin.get(f"/api/orders?user_id={buyer.id}").expect(200).json()["items"]
    assert [order["total"] for order in orders] == [1_000, 1_000, 5, 4, 3, 2, 1]
    assert admin.get(f"/api/orders/{orders[0]['id']}").expect(200).json() == orders[0]
    assert admin.get(f"/api/payments/balance/{buyer.id}").expect(200).json()["balance"] == 85
    assert buyer.id in {order["user_id"] for order in admin.get("/api/orders?limit=100").expect(200).json()["items"]}


def test_the_statement_explains_the_balance(stack: Stack, buyer: User) -> None:
    statement = buyer.get("/api/payments/operations").expect(200).json()["items"]
    assert [(row["kind"], row["amount"], row["balance_after"]) for row in statement] == [
        ("payment", 5, 85), ("payment", 4, 90), ("payment", 3, 94), ("payment", 2, 97), ("payment", 1, 99), ("topup", 100, 100)]
    wallet = stack.psql(f"select sum(amount) from read.entries where account = 'wallet:{buyer.id}'")
    assert int(wallet[0][0]) == buyer.balance() == 100 - 15


def test_readyz_tells_more_when_it_is_asked_to(stack: Stack) -> None:
    told = stack.client().get("/readyz?verbose").expect(200)
    assert b"postgres" in told.body.lower() and b"nats" in told.body.lower()


def test_nothing_internal_shows_in_the_headers(buyer: User) -> None:
    headers = buyer.get("/api/orders").headers
    assert not {"X-Powered-By", "X-Upstream"} & set(headers.keys())
    assert not re.search(r"\d", headers.get("Server", "")), "versions are for nobody to see"
