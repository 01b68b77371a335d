"""Bodies that are no JSON, or JSON that means harm: told in full, at both doors, on every route that takes one."""

import json
import time
import uuid
from typing import Any

import pytest
from client import Answer, Client
from people import User, basket, new_user
from raw_http import RawAnswer, require_safe
from stack import Stack

pytestmark = pytest.mark.usefixtures("nobody_falls")

JSON = {"Content-Type": "application/json"}
ANSWER_LIMIT_S = 10.0  # for any body of 64 KiB, on a busy machine

ORDER = basket(1)
REGISTRATION = {"username": "x", "password": "correct horse battery", "email": "x@example.com", "phone": "+491701234567", "locale": "en"}
PROFILE = {"email": "x@example.com", "phone": "+491701234567", "locale": "en", "channels": ["email"]}
PASSWORDS = {"current_password": "correct horse", "new_password": "correct horse 2"}
# Every text that a client can send, in a body that is otherwise good: method, path, body, the way to the text.
TEXTS: dict[str, tuple[str, str, Any, tuple[str | int, ...]]] = {
    "an item's sku": ("POST", "/api/orders", ORDER, ("items", 0, "sku")),
    "an item's name": ("POST", "/api/orders", ORDER, ("items", 0, "name")),
    "an order's currency": ("POST", "/api/orders", ORDER, ("currency",)),
    "an order's user": ("POST", "/api/orders", ORDER | {"user_id": ""}, ("user_id",)),
    "a reason": ("POST", f"/api/orders/{uuid.UUID(int=1)}/cancel", {"reason": ""}, ("reason",)),
    "a top-up's currency": ("POST", "/api/payments/topup", {"amount": 1, "currency": "EUR"}, ("currency",)),
    "an account's currency": ("POST", "/api/payments/account", {"currency": "EUR"}, ("currency",)),
    **{f"a new user's {name}": ("POST", "/api/auth/register", REGISTRATION, (name,)) for name in REGISTRATION},
    "a name to log in": ("POST", "/api/auth/login", {"username": "x", "password": "y"}, ("username",)),
    "a password to log in": ("POST", "/api/auth/login", {"username": "x", "password": "y"}, ("password",)),
    "a token to refresh": ("POST", "/api/auth/refresh", {"refresh_token": "x"}, ("refresh_token",)),
    "a token to log out": ("POST", "/api/auth/logout", {"refresh_token": "x"}, ("refresh_token",)),
    **{f"a profile's {name}": ("PATCH", "/api/users/me", PROFILE, (name,)) for name in ("email", "phone", "locale")},
    "a profile's channel": ("PATCH", "/api/users/me", PROFILE, ("channels", 0)),
    **{f"a {name.replace('_', ' ')}": ("PATCH", "/api/users/me", PASSWORDS, (name,)) for name in PASSWORDS},
}
# As it stands in the body, between its quotes → the status of the answer.
POISONS: dict[str, tuple[bytes, int]] = {
    "a raw NUL": (b"a\0b", 400), "an escaped NUL": (b"a\\u0000b", 422), "a raw line break": (b"a\nb", 400),
    "a byte that begins nothing": (b"a\xff", 400), "half a character": (b"a\xc3", 400), "an overlong slash": (b"\xc0\xaf", 400),
    "an overlong NUL": (b"\xc0\x80", 400), "a raw surrogate": (b"\xed\xa0\x80", 400), "beyond all characters": (b"\xf4\x90\x80\x80", 400),
    "half a pair": (b"\\ud83d", 400), "a pair the wrong way round": (b"\\udc00\\ud800", 400), "half an escape": (b"\\u12", 400),
    "an unknown escape": (b"\\x41", 400),
}
# One line only: what would break a header of a letter, or a line of it.
LINE_BREAKS = {"CR and LF": b"a\\r\\nBcc: b@example.com", "LF": b"a\\nb", "CR": b"a\\rb", "a vertical tab": b"a\\u000bb", "a form feed": b"a\\fb",
               "NEL": b"a\\u0085b", "a line separator": b"a\\u2028b", "a paragraph separator": b"a\\u2029b", "DEL": b"a\\u007fb", "an escape": b"a\\u001b[2Jb"}


@pytest.fixture(scope="module")
def user(stack: Stack) -> User:
    return new_user(stack)


def asked(door: str, token: str | None, method: str, path: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
    begun = time.monotonic()
    with Client(door, token) as client:
        answer = client.send(method, path, body, JSON | (headers or {}))
    assert time.monotonic() - begun < ANSWER_LIMIT_S
    require_safe(RawAnswer(answer.status, answer.headers.as_bytes().replace(b"\n", b"\r\n"), answer.body))
    return answer


def poisoned(body: Any, way: tuple[str | int, ...], poison: bytes) -> bytes:
    copy = json.loads(json.dumps(body))
    place = copy
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = "POISON"
    return json.dumps(copy).encode().replace(b"POISON", poison)


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_takes_what_is_no_text(door: str, user: User, text: str) -> None:
    method, path, body, way = TEXTS[text]
    for name, (poison, status) in POISONS.items():
        answer = asked(door, user.token, method, path, poisoned(body, way, poison))
        assert answer.status == status, (name, answer)
        assert status == 400 or "/" + "/".join(map(str, way)) in {error["pointer"] for error in answer.json()["errors"]}, (name, answer)


@pytest.mark.parametrize("text", [text for text in TEXTS if text != "a reason"])
def test_a_text_is_one_line(door: str, user: User, text: str) -> None:
    method, path, body, way = TEXTS[text]
    for name, breaking in LINE_BREAKS.items():
        answer = asked(door, user.token, method, path, poisoned(body, way, breaking))
        assert answer.status == 422, (name, answer)


NUMBERS = ["9223372036854775807", "9223372036854775808", "18446744073709551616", "1e400", "-1e400", "1e999999999", "-0", "-0.0", "0", "-1", "1.0", "1E2",
           "1e-1", "0.1", "1" * 5000, "-" + "1" * 5000, "1." + "0" * 5000, "0x10", "01", "+1", ".5", "1.", "Infinity", "NaN", "1_000", '"1"', "true", "[1]", "null"]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:24])
def test_a_number_that_is_no_count_is_refused(door: str, user: User, number: str) -> None:
    for path, body in (("/api/payments/topup", '{"amount":%s,"currency":"EUR"}'),
                       ("/api/orders", '{"items":[{"sku":"a","quantity":%s,"unit_price":1}],"currency":"EUR"}'),
                       ("/api/orders", '{"items":[{"sku":"a","quantity":1,"unit_price":%s}],"currency":"EUR"}')):
        answer = asked(door, user.token, "POST", path, (body % number).encode())
        assert answer.status in {400, 422}, answer


GOOD = b'{"amount":1,"currency":"EUR"}'
TWICE = {"a member twice": b'{"amount":1,"amount":1000,"currency":"EUR"}', "a member twice, once escaped": b'{"amount":1,"\\u0061mount":1000,"currency":"EUR"}',
         "deep inside": b'{"amount":1,"currency":"EUR","x":[{"y":{"z":1,"z":2}}]}'}
# → the status; the whole body.
DOCUMENTS: dict[str, tuple[bytes, set[int]]] = {
    **{what: (body, {400}) for what, body in TWICE.items()},
    "nothing": (b"", {400}), "blanks": (b" " * 1000, {400}), "a text": (b'"amount"', {422}), "a number": (b"1", {422}), "null": (b"null", {422}),
    "two documents": (GOOD + GOOD, {400}), "a NUL behind it": (GOOD + b"\0", {400}), "more behind a NUL": (GOOD + b"\0" + GOOD, {400}),
    "a comma too many": (b'{"amount":1,"currency":"EUR",}', {400}), "a comment": (b"/* */" + GOOD, {400}), "single quotes": (GOOD.replace(b'"', b"'"), {400}),
    "UTF-16": (GOOD.decode().encode("utf-16"), {400}), "UTF-32": (GOOD.decode().encode("utf-32"), {400}),
    "17 levels": (b'{"amount":1,"currency":"EUR","x":' + b"[" * 17 + b"]" * 17 + b"}", {400}), "30,000 levels of arrays": (b"[" * 30_000 + b"]" * 30_000, {400}),
    "10,000 levels of objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, {400}), "60,000 levels without an end": (b"[" * 60_000, {400}),
    "100,000 levels": (b"[" * 100_000, {413}), "6,000 members": (b"{" + b",".join(b'"m%d":1' % n for n in range(6000)) + b"}", {422}),
    "30,000 elements": (b'{"amount":[' + b"1," * 29_999 + b"1]}", {422}), "a name of 60 KB": (b'{"' + b"a" * 60_000 + b'":1}', {422}),
    "a text of 60 KB": (b'{"amount":1,"currency":"' + b"E" * 60_000 + b'"}', {422}), "10,000 escapes": (b'{"amount":1,"currency":"' + b"\\u0000" * 10_000 + b'"}', {422}),
    "1,000 NULs in names": (b"{" + b",".join(b'"\\u0000%d":"\\u0000"' % n for n in range(1000)) + b"}", {422}),
    "a name that is a path": (b'{"../../etc/passwd":1,"__proto__":{},"a/b~c":1}', {422}),
}


@pytest.mark.parametrize("what", DOCUMENTS)
def test_a_document_that_is_none_or_too_much_is_refused(door: str, user: User, what: str) -> None:
    body, statuses = DOCUMENTS[what]
    answer = asked(door, user.token, "POST", "/api/payments/topup", body)
    assert answer.status in statuses, answer
    assert len(answer.body) < 64 * 1024, "an answer is not larger than what it answers may be"


def test_a_thousand_items_are_too_many(door: str, user: User) -> None:
    body = {"items": ORDER["items"] * 800, "currency": "EUR"}
    assert asked(door, user.token, "POST", "/api/orders", json.dumps(body).encode()).status == 422


@pytest.mark.parametrize("headers", [
    {"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=utf-16"}, {"Content-Type": "application/json, text/html"},
    {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "multipart/form-data; boundary=a"}, {"Content-Type": "application/json;" + "a" * 4000},
    {"Content-Type": "application/jsonp"}, {"Content-Type": "\xff"},
], ids=lambda headers: next(iter(headers.values()))[:40])
def test_another_media_type_is_refused(door: str, user: User, headers: dict[str, str]) -> None:
    assert asked(door, user.token, "POST", "/api/payments/topup", GOOD, headers).status == 415


def test_a_packed_body_is_not_unpacked(door: str, user: User) -> None:
    assert asked(door, user.token, "POST", "/api/payments/topup", b"\x1f\x8b\x08\0" * 8, {"Content-Encoding": "gzip"}).status == 400


@pytest.mark.parametrize("key", ["a\tb", "\x7f", "ключ".encode().decode("latin-1"), '"', '"a"b"', " ", "a" * 256, "k\xa0"], ids=repr)
def test_a_strange_key_is_refused(door: str, user: User, key: str) -> None:
    assert asked(door, user.token, "POST", "/api/payments/topup", GOOD, {"Idempotency-Key": key}).status == 400


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=-1", "limit=1e1", "limit=99999999999999999999", "limit=", "offset=-1", "offset=10001", "limit=1&limit=2",
                                   "user_id=x", "user_id=%00", "status=paid", "status=%27%20or%201=1--", "cursor=%27", "cursor=" + "A" * 600, "cursor=%ff", "cursor=MQ"])
def test_a_strange_parameter_is_refused(door: str, user: User, query: str) -> None:
    assert asked(door, user.token, "GET", f"/api/orders?{query}", b"").status == 400


@pytest.mark.parametrize("position", ["x", "%", "MQ", "A" * 5000, "MSBPUkRFUlMtMkAx", '"', "\xff\xfe"], ids=lambda position: position[:20])
def test_a_strange_position_is_refused(door: str, user: User, position: str) -> None:
    assert asked(door, user.token, "GET", "/api/orders", b"", {"Ordo-After": position}).status in {400, 431}
    assert asked(door, user.token, "GET", "/api/events", b"", {"Last-Event-ID": position}).status in {400, 431}
