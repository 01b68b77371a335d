"""Every error is application/problem+json, whoever makes it, and shows nothing internal."""

import json
import socket
import urllib.parse
import uuid
from typing import Any

import pytest
from client import Answer
from people import User, basket, new_user
from stack import Stack

JSON = {"Content-Type": "application/json"}
NOWHERE = str(uuid.UUID(int=0))


def problem(answer: Answer, status: int) -> dict[str, Any]:
    answer.expect(status)
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.headers["Content-Type"]
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["type"] == f"urn:ordo:problem:{told['code']}"
    assert told["title"] and told["correlation_id"]
    assert told["correlation_id"] == answer.headers["X-Correlation-Id"]
    return told


REQUESTS: list[tuple[str, int, str, str, bytes | None, dict[str, str]]] = [
    ("broken JSON", 400, "POST", "/api/orders", b'{"items": [', JSON),
    ("an empty body", 400, "POST", "/api/orders", b"", JSON),
    ("nesting too deep", 400, "POST", "/api/orders", b"[" * 20 + b"]" * 20, JSON),
    ("invalid UTF-8", 400, "POST", "/api/orders", b'{"items": "\xff\xfe"}', JSON),
    ("a tampered cursor", 400, "GET", "/api/orders?cursor=AAAA", None, {}),
    ("an unknown path", 404, "GET", "/api/nothing", None, {}),
    ("an unknown path outside of /api", 404, "GET", "/no/such/page", None, {}),
    ("the page that the edge keeps for errors", 404, "GET", "/problem", None, {}),
    ("an order that nobody made", 404, "GET", f"/api/orders/{NOWHERE}", None, {}),
    ("an id that is none", 404, "GET", "/api/orders/not-a-uuid", None, {}),
    ("a method that the route does not have", 405, "DELETE", "/api/orders", None, {}),
    ("a body beyond 64 KiB", 413, "POST", "/api/orders", b'{"items": "' + b"x" * 70_000 + b'"}', JSON),
    ("a body beyond a megabyte", 413, "POST", "/api/orders", b'{"items": "' + b"x" * 2_000_000 + b'"}', JSON),
    ("another media type", 415, "POST", "/api/orders", b"<order/>", {"Content-Type": "application/xml"}),
    ("no media type", 415, "POST", "/api/orders", b"{}", {}),
    ("an array instead of an object", 422, "POST", "/api/orders", b"[]", JSON),
    ("an empty key", 400, "POST", "/api/orders", json.dumps(basket(1)).encode(), {**JSON, "Idempotency-Key": ""}),
    ("a key beyond 255 characters", 400, "POST", "/api/orders", json.dumps(basket(1)).encode(),
     {**JSON, "Idempotency-Key": "k" * 256}),
]


@pytest.mark.parametrize(("what", "status", "method", "path", "body", "headers"), REQUESTS, ids=[row[0] for row in REQUESTS])
def test_a_request_in_error_is_answered_with_a_problem(
        user: User, what: str, status: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> None:
    answer = user.copy().send(method, path, body, headers)
    problem(answer, status)
    if status == 405:
        assert {"GET", "POST"} <= {word.strip() for word in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize("token", [None, "", "nonsense", "a.b.c",
                                   "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiZXhwIjo5OTk5OTk5OTk5fQ."])
@pytest.mark.parametrize(("method", "path"), [("GET", "/api/orders"), ("POST", "/api/orders"), ("GET", "/api/users/me"),
                                              ("GET", "/api/notifications"), ("POST", "/api/payments/topup")])
def test_without_a_good_token_there_is_401_and_how_to_ask(stack: Stack, method: str, path: str, token: str | None) -> None:
    headers = {**JSON, **({} if token is None else {"Authorization": f"Bearer {token}"})}
    answer = stack.client().send(method, path, b"{}" if method == "POST" else None, headers)
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_whose_signature_was_changed_is_refused(stack: Stack, user: User) -> None:
    assert user.token
    head, claims, signature = user.token.split(".")
    for changed in (signature[::-1], "", signature[:-2], ("A" if signature[0] != "A" else "B") + signature[1:]):
        problem(stack.client(f"{head}.{claims}.{changed}").get("/api/users/me"), 401)


def test_someone_elses_order_is_not_found_and_someone_elses_body_is_forbidden(stack: Stack, user: User) -> None:
    stranger = new_user(stack)
    order_id = user.order(100, Prefer="wait=10").expect(201).json()["id"]
    user.await_status(order_id, "PAID")
    problem(stranger.get(f"/api/orders/{order_id}"), 404)
    problem(stranger.get(f"/api/orders/{order_id}/history"), 404)
    problem(stranger.get(f"/api/payments/balance/{user.id}"), 404)
    problem(stranger.post("/api/orders", {**basket(100), "user_id": user.id}), 403)
    listed = stranger.get(f"/api/orders?user_id={user.id}")
    assert listed.status in (403, 404) or listed.json()["items"] == []


def test_headers_that_say_who_is_asking_are_ignored(stack: Stack, user: User) -> None:
    stranger = new_user(stack)
    claimed = {"X_User_Id": user.id, "X_Username": user.name, "X_Roles": "admin"}
    assert stranger.get("/api/users/me", **claimed).expect(200).json()["username"] == stranger.name
    problem(stranger.get(f"/api/payments/balance/{user.id}", **claimed), 404)
    problem(stack.client().get("/api/users/me", **claimed), 401)


@pytest.mark.parametrize("given", ["a", "A.b_c-1", "x" * 128])
def test_a_good_correlation_id_is_echoed(user: User, given: str) -> None:
    assert user.get("/api/users/me", X_Correlation_Id=given).headers["X-Correlation-Id"] == given
    assert problem(user.get("/api/nothing", X_Correlation_Id=given), 404)["correlation_id"] == given


@pytest.mark.parametrize("given", [None, "x" * 129, "with space", "<script>", "tab\there"])
def test_a_missing_or_bad_correlation_id_is_replaced(user: User, given: str | None) -> None:
    answer = user.get("/api/users/me", **({} if given is None else {"X_Correlation_Id": given})).expect(200)
    assert answer.headers["X-Correlation-Id"] and answer.headers["X-Correlation-Id"] != given
    assert answer.headers["X-Correlation-Id"] != user.get("/api/users/me").headers["X-Correlation-Id"]


def first_bytes(stack: Stack, request: str) -> bytes:
    """What a client without a library of HTTP gets, up to the first member's end."""
    edge = urllib.parse.urlsplit(stack.address["ORDO_URL"])
    with socket.create_connection((edge.hostname, edge.port), timeout=10) as connection:
        connection.sendall(request.encode())
        answer = b""
        while b"}" not in answer and (chunk := connection.recv(65536)):
            answer += chunk
    return answer


def test_a_client_of_http_1_0_that_names_no_host_is_served(stack: Stack) -> None:
    answer = first_bytes(stack, "GET /livez HTTP/1.0\r\n\r\n")
    assert b" 200 " in answer.splitlines()[0], answer


@pytest.mark.parametrize("request_head", [
    "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "GET /livez HTTP/1.1\r\n\r\n",
    "POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    "POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5abc\r\n\r\nhello",
    "POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nhello",
    "POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
])
def test_what_is_no_http_is_refused_with_a_problem(stack: Stack, request_head: str) -> None:
    answer = first_bytes(stack, request_head)
    assert b" 400 " in answer.splitlines()[0] or b" 505 " in answer.splitlines()[0], answer
    assert b"application/problem+json" in answer, answer
