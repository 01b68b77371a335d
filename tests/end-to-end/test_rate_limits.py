"""How often one may ask: told with every answer, and refused beyond it; by user, by address, and strictly for log-ins."""

import contextlib
import re
import uuid
from collections.abc import Iterator

import pytest
from client import Answer, Client
from people import registration
from raw_http import crowd, the_one_answer
from stack import Stack, until

USER, ADDRESS, LOGIN = 20, 40, 8
CONNECTIONS, FEW = 200, 16


@pytest.fixture(scope="module")
def strict() -> Iterator[Stack]:
    own = Stack(ORDO_RATE_LIMIT_USER=str(USER), ORDO_RATE_LIMIT_ADDRESS=str(ADDRESS), ORDO_RATE_LIMIT_LOGIN=str(LOGIN),
                ORDO_CONNECTIONS_PER_ADDRESS=str(CONNECTIONS))
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


def test_one_address_holds_only_so_many_connections_however_slowly_it_sends(strict: Stack) -> None:
    url, probe = strict.address["ORDO_URL"], b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    def is_answered(status: int, source: str = "") -> bool:
        answer = the_one_answer(url, probe, source=source)
        return answer is not None and answer.status == status
    with crowd(url, CONNECTIONS + FEW) as slow:
        for connection in slow:
            connection.sendall(b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n{")

        def is_refused() -> bool:
            for connection in slow:
                with contextlib.suppress(ConnectionError):  # the last of them are refused themselves
                    connection.sendall(b" ")  # so that none of them pauses for too long
            return is_answered(429)
        until(is_refused, "one more is refused", 30, every_s=1)
        assert is_answered(200, source="127.0.0.2"), "another address is served"
    until(lambda: is_answered(200), "there is room again", 20, every_s=0.2)
