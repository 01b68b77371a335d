"""How often one may ask: told with every answer, and refused beyond it; by user, by address, and strictly for log-ins."""

import re
import uuid
from collections.abc import Iterator

import pytest
from client import Answer, Client
from people import registration
from stack import Stack

USER, ADDRESS, LOGIN = 20, 40, 8


@pytest.fixture(scope="module")
def strict() -> Iterator[Stack]:
    own = Stack(ORDO_RATE_LIMIT_USER=str(USER), ORDO_RATE_LIMIT_ADDRESS=str(ADDRESS), ORDO_RATE_LIMIT_LOGIN=str(LOGIN))
    yield own
    own.remove()


def from_somewhere() -> dict[str, str]:
    one, two, three = uuid.uuid4().bytes[:3]
    return {"X-Forwarded-For": f"10.{one}.{two}.{three}"}


def left(answer: Answer, policy: str) -> int:
    found = re.fullmatch(rf'"{policy}";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    assert found and 1 <= int(found.group(2)) <= 60, answer.headers["RateLimit"]
    return int(found.group(1))


def assert_too_many(answer: Answer) -> None:
    answer.expect(429)
    assert answer.json()["code"] == "rate_limited" and 1 <= int(answer.headers["Retry-After"]) <= 60


def test_an_address_may_ask_so_often_and_probes_are_never_counted(strict: Stack) -> None:
    client, somewhere = Client(strict.address["ORDO_GATEWAY_URL"]), from_somewhere()
    for already in range(ADDRESS):
        answer = client.send("GET", "/api/nothing", headers=somewhere).expect(404)
        assert answer.headers["RateLimit-Policy"] == f'"address";q={ADDRESS};w=60' and left(answer, "address") == ADDRESS - already - 1
    assert_too_many(client.send("GET", "/api/nothing", headers=somewhere))
    client.send("GET", "/api/nothing", headers=from_somewhere()).expect(404)
    assert "RateLimit" not in client.send("GET", "/livez", headers=somewhere).expect(200).headers


def test_log_ins_are_limited_apart_and_a_user_wherever_he_asks_from(strict: Stack) -> None:
    client, somewhere = Client(strict.address["ORDO_GATEWAY_URL"]), from_somewhere()
    person = registration(f"user-{uuid.uuid4().hex[:12]}")
    json = {"Content-Type": "application/json"}
    client.post("/api/auth/register", person, **from_somewhere()).expect(201)
    token = ""
    for _ in range(LOGIN):
        answer = client.post("/api/auth/login", {name: person[name] for name in ("username", "password")}, **somewhere).expect(200)
        token = answer.json()["access_token"]
    assert left(answer, "login") == 0
    assert_too_many(client.send("POST", "/api/auth/register", "{}", json | somewhere))
    user = Client(client.url, token)
    assert [left(user.send("GET", "/api/users/me", headers=from_somewhere()), "default") for _ in range(USER)] == [*range(USER - 1, -1, -1)]
    assert_too_many(user.send("GET", "/api/users/me", headers=from_somewhere()))


def test_through_nginx_nobody_chooses_his_address(strict: Stack) -> None:
    client = Client(strict.address["ORDO_URL"])
    statuses = [client.send("GET", "/api/nothing", headers=from_somewhere()).status for _ in range(ADDRESS + 1)]
    assert statuses[-1] == 429
