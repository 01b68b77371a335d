"""Attacks on what belongs to others, straight at the gateway and through nginx: what is somebody else's looks as if it were not there."""

import statistics
import time
import uuid
from typing import Any

import pytest
from client import Answer, Client
from people import PASSWORD, User, basket, new_user, registration
from stack import Stack, until

DOORS = {"gateway": "ORDO_GATEWAY_URL", "nginx": "ORDO_URL"}
ROUNDS = 60
# A read that finds a row may differ from one that does not by so much; a look at somebody else's row that was told apart would take more.
RATIO_MAX, SLACK_S = 2.0, 0.002


@pytest.fixture(scope="module")
def victim(stack: Stack) -> User:
    return new_user(stack, money=10_000)


@pytest.fixture(scope="module")
def order_id(victim: User) -> str:
    return str(victim.order(100, Prefer="wait=10").expect(201).json()["id"])


@pytest.fixture(scope="module")
def thief(stack: Stack) -> User:
    return new_user(stack)


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, stack: Stack) -> str:
    return stack.address[DOORS[request.param]]


def told(answer: Answer) -> tuple[int, dict[str, Any]]:
    """All that an answer says but for the id of the request."""
    return answer.status, {name: value for name, value in answer.json().items() if name != "correlation_id"}


OBJECTS = {"order": "/api/orders/{order}", "history": "/api/orders/{order}/history", "balance": "/api/payments/balance/{user}",
           "orders of a user": "/api/orders?user_id={user}", "profile": "/api/users/{name}"}


@pytest.mark.parametrize("wanted", OBJECTS)
def test_somebody_elses_object_is_answered_as_one_that_is_not_there(
        door: str, thief: User, victim: User, order_id: str, wanted: str) -> None:
    client = Client(door, thief.token)
    theirs = client.get(OBJECTS[wanted].format(order=order_id, user=victim.id, name=victim.name))
    nobodys = client.get(OBJECTS[wanted].format(order=uuid.uuid4(), user=uuid.uuid4(), name=f"x{uuid.uuid4().hex[:20]}"))
    assert told(theirs) == told(nobodys)
    assert theirs.status == 404


def test_somebody_elses_order_is_not_cancelled(door: str, thief: User, victim: User, order_id: str) -> None:
    client = Client(door, thief.token)
    theirs = client.post(f"/api/orders/{order_id}/cancel", {})
    assert told(theirs) == told(client.post(f"/api/orders/{uuid.uuid4()}/cancel", {})) and theirs.status == 404
    assert victim.order_of(order_id)["status"] == "PAID"


@pytest.mark.parametrize("wanted", ["order", "balance"])
def test_the_time_of_an_answer_does_not_tell_what_others_have(
        door: str, thief: User, victim: User, order_id: str, wanted: str) -> None:
    client = Client(door, thief.token)
    times: dict[str, list[float]] = {"theirs": [], "nobodys": []}
    for _ in range(ROUNDS):
        for whose, path in (("theirs", OBJECTS[wanted].format(order=order_id, user=victim.id)),
                            ("nobodys", OBJECTS[wanted].format(order=uuid.uuid4(), user=uuid.uuid4()))):
            begun = time.perf_counter()
            client.get(path).expect(404)
            times[whose].append(time.perf_counter() - begun)
    slow, fast = sorted((statistics.median(times["theirs"]), statistics.median(times["nobodys"])), reverse=True)
    assert slow < fast * RATIO_MAX + SLACK_S, (slow, fast)


def test_an_order_in_somebody_elses_name_is_forbidden(door: str, thief: User, victim: User) -> None:
    Client(door, thief.token).post("/api/orders", basket(10) | {"user_id": victim.id}).expect(403)


def test_the_same_key_of_another_user_makes_another_order(door: str, thief: User, victim: User) -> None:
    key = f"shared-{uuid.uuid4()}"
    first = Client(door, victim.token).post("/api/orders", basket(1), Idempotency_Key=key).expect(202)
    other = Client(door, thief.token).post("/api/orders", basket(1), Idempotency_Key=key).expect(202)
    assert first.json()["id"] != other.json()["id"] and "Idempotency-Replayed" not in other.headers


MORE_MEMBERS: dict[str, Any] = {"id": str(uuid.uuid4()), "status": "PAID", "roles": ["admin"], "role": "admin", "is_admin": True,
                                "version": 9, "created_at": "2026-01-01T00:00:00.000Z", "payment_operation_id": str(uuid.uuid4()), "total": 1,
                                "balance": 10**9, "__proto__": {"roles": ["admin"]}}


@pytest.mark.parametrize("member", MORE_MEMBERS)
def test_a_member_that_is_not_asked_for_is_refused(door: str, thief: User, member: str) -> None:
    client = Client(door, thief.token)
    more = {member: MORE_MEMBERS[member]}
    bodies = {"/api/auth/register": registration(f"u{uuid.uuid4().hex[:12]}"), "/api/orders": basket(10),
              "/api/payments/topup": {"amount": 1, "currency": "EUR"},
              "/api/auth/login": {"username": thief.name, "password": PASSWORD}}
    for path, body in bodies.items():
        answer = client.post(path, body | more).expect(422)
        assert any(error["pointer"] == f"/{member}" for error in answer.json()["errors"]), (path, answer.body)
    client.patch("/api/users/me", {"locale": "ru"} | more).expect(422)
    assert client.get("/api/users/me").json()["roles"] == ["user"]


@pytest.mark.parametrize("member", ["user_id", "username", "password_hash", "roles"])
def test_a_profile_gives_away_neither_name_nor_rights(door: str, thief: User, member: str) -> None:
    Client(door, thief.token).patch("/api/users/me", {member: "admin"}).expect(422)


SPOOFED = {"user id": {"X-User-Id": "{victim}"}, "name": {"X-Username": "admin"}, "roles": {"X-Roles": "admin"}, "role": {"X-Role": "admin"},
           "forwarded user": {"X-Forwarded-User": "admin"}, "remote user": {"Remote-User": "admin"},
           "method": {"X-HTTP-Method-Override": "DELETE"}, "url": {"X-Original-URL": "/api/users/admin", "X-Rewrite-URL": "/api/users/admin"}}


@pytest.mark.parametrize("spoofed", SPOOFED)
def test_a_header_makes_nobody_somebody_else(door: str, thief: User, victim: User, spoofed: str) -> None:
    headers = {name: value.format(victim=victim.id) for name, value in SPOOFED[spoofed].items()}
    assert Client(door, thief.token).send("GET", "/api/users/me", headers=headers).expect(200).json()["user_id"] == thief.id
    Client(door, thief.token).send("GET", f"/api/payments/balance/{victim.id}", headers=headers).expect(404)
    Client(door).send("GET", "/api/users/me", headers=headers).expect(401)


def test_an_administrator_may_read_everyones_and_a_user_may_not(door: str, stack: Stack, victim: User, order_id: str) -> None:
    guest = Client(door)
    login = {"username": stack.address["ORDO_ADMIN_USER"], "password": stack.address["ORDO_ADMIN_PASSWORD"]}
    admin = Client(door, guest.post("/api/auth/login", login).expect(200).json()["access_token"])
    assert admin.get(f"/api/orders/{order_id}").expect(200).json()["user_id"] == victim.id
    assert admin.get(f"/api/users/{victim.name}").expect(200).json()["user_id"] == victim.id
    admin.get(f"/api/payments/balance/{victim.id}").expect(200)


def test_a_forgotten_person_is_gone_and_so_is_the_token(door: str, stack: Stack) -> None:
    person = new_user(stack, money=100)
    client = Client(door, person.token)
    client.send("DELETE", "/api/users/me").expect(204)
    until(lambda: client.get("/api/orders").status == 401, "the gateway refuses the token", 10)
    client.post("/api/orders", basket(10)).expect(401)
    Client(door).post("/api/auth/login", {"username": person.name, "password": PASSWORD}).expect(401)
    assert stack.number(f"select count(*) from identity.users where user_id = '{person.id}'") == 0
    dump = stack.psql("select string_agg(f::text, ' ') from identity.forgotten f")[0][0]
    assert person.id in dump and person.name not in dump
    assert person.name not in stack.ordo("events", "search", "--about", person.id, "--output", "ndjson")
