"""Attacks on log-ins: guessing, telling accounts apart, wearing out the machine; and what ends with a session."""

import statistics
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from client import Answer, Client
from people import PASSWORD, User, new_user, patiently, registration
from stack import Stack

FAILURES_MAX = 10
LOGINS_AT_ONCE = 64
PROBE_LIMIT_S = 2.0
ROUNDS = 9


@pytest.fixture(scope="module")
def guarded() -> Iterator[Stack]:
    """A stack whose addresses may be locked; two gateways before one Postgres, and identity twice."""
    own = Stack(ORDO_INSTANCES="2")
    yield own
    own.remove()


def an_address() -> str:
    """Of a client that nobody else is: straight at the gateway, this machine is a proxy that is trusted."""
    one, two, three = uuid.uuid4().bytes[:3]
    return f"10.{one}.{two}.{three}"


def log_in(url: str, name: str, password: str, address: str) -> Answer:
    return Client(url).post("/api/auth/login", {"username": name, "password": password}, X_Forwarded_For=address)


def told(answer: Answer) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status, body["code"], body["detail"]


@pytest.fixture
def gateway(stack: Stack) -> str:
    return stack.address["ORDO_GATEWAY_URL"]


@pytest.mark.parametrize("name_is", ["known", "unknown"])
def test_ten_wrong_passwords_lock_an_account_wherever_they_come_from(stack: Stack, gateway: str, name_is: str) -> None:
    name = new_user(stack).name if name_is == "known" else f"nobody-{uuid.uuid4().hex[:12]}"
    for _ in range(FAILURES_MAX):
        assert told(log_in(gateway, name, "wrong password", an_address()))[:2] == (401, "invalid_credentials")
    locked = log_in(gateway, name, "wrong password", an_address()).expect(429)
    assert locked.json()["code"] == "rate_limited" and 1 <= int(locked.headers["Retry-After"]) <= 60


def test_the_right_password_of_a_locked_account_is_not_told_apart(stack: Stack, gateway: str) -> None:
    user = new_user(stack)
    for _ in range(FAILURES_MAX):
        log_in(gateway, user.name.upper(), "wrong password", an_address()).expect(401)
    assert told(log_in(gateway, user.name, PASSWORD, an_address())) == told(log_in(gateway, user.name, "wrong password", an_address()))


def test_fifty_guesses_at_once_are_not_more_than_ten(stack: Stack, gateway: str) -> None:
    user = new_user(stack)
    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda _: log_in(gateway, user.name, "wrong password", an_address()).status, range(50)))
    assert statuses.count(401) <= FAILURES_MAX and set(statuses) <= {401, 429, 503}, statuses


def test_ten_names_tried_from_one_address_lock_the_address(stack: Stack, gateway: str) -> None:
    user, address = new_user(stack), an_address()
    for _ in range(FAILURES_MAX):
        log_in(gateway, f"nobody-{uuid.uuid4().hex[:12]}", "wrong password", address).expect(401)
    log_in(gateway, user.name, PASSWORD, address).expect(429)
    log_in(gateway, user.name, PASSWORD, an_address()).expect(200)


def test_the_lock_holds_over_all_gateways_and_through_nginx_whatever_a_client_says_of_its_address(guarded: Stack) -> None:
    user = new_user(guarded)
    for _ in range(FAILURES_MAX):
        log_in(guarded.address["ORDO_URL"], f"nobody-{uuid.uuid4().hex[:12]}", "wrong password", an_address()).expect(401)
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"):
        for _ in range(2):  # each gateway
            answer = Client(guarded.address["ORDO_URL"]).send(
                "POST", "/api/auth/login", f'{{"username":"{user.name}","password":"{PASSWORD}"}}',
                {"Content-Type": "application/json", header: an_address()})
            answer.expect(429)


def test_an_unknown_user_and_a_wrong_password_are_told_alike_and_take_alike(stack: Stack, gateway: str) -> None:
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    answers = set()
    for _ in range(ROUNDS):
        for kind, name in (("known", new_user(stack).name), ("unknown", f"nobody-{uuid.uuid4().hex[:12]}")):
            begun = time.perf_counter()
            answers.add(told(log_in(gateway, name, "wrong password", an_address())))
            times[kind].append(time.perf_counter() - begun)
    assert len(answers) == 1
    slow, fast = sorted((statistics.median(times["known"]), statistics.median(times["unknown"])), reverse=True)
    assert slow < fast * 2, times


def test_a_taken_name_says_only_that_it_is_taken(stack: Stack, gateway: str) -> None:
    user = new_user(stack)
    for name in (user.name, user.name.upper()):
        answer = Client(gateway).post("/api/auth/register", registration(name)).expect(409)
        assert answer.json()["code"] == "username_taken" and "@" not in answer.json()["detail"] and user.id not in answer.body.decode()


@pytest.mark.parametrize("name", ["", "a\0b", "' OR '1'='1", "*", "admin)(|", "%", "_" * 32, "a" * 1000, "\u0410\u0434\u043c\u0438\u043d",
                                  "../admin"])
def test_a_strange_name_logs_nobody_in(gateway: str, name: str) -> None:
    assert log_in(gateway, name, "wrong password", an_address()).status in (401, 422)


@pytest.mark.parametrize("password", [None, True, 0, [], {}, {"$ne": ""}])
def test_a_password_that_is_no_text_is_refused(user: User, gateway: str, password: object) -> None:
    Client(gateway).post("/api/auth/login", {"username": user.name, "password": password}, X_Forwarded_For=an_address()).expect(422)


def test_64_log_ins_at_once_leave_the_rest_alone(stack: Stack, gateway: str) -> None:
    users = [new_user(stack) for _ in range(4)]
    reader = new_user(stack, money=1)
    with ThreadPoolExecutor(LOGINS_AT_ONCE) as pool:
        pending = [pool.submit(log_in, gateway, users[index % 4].name, PASSWORD, an_address()) for index in range(LOGINS_AT_ONCE)]
        slowest = 0.0
        while not all(login.done() for login in pending):
            for path in ("/livez", f"/api/payments/balance/{reader.id}"):
                begun = time.perf_counter()
                Client(gateway, reader.token).get(path).expect(200)
                slowest = max(slowest, time.perf_counter() - begun)
        statuses = [login.result().status for login in pending]
    assert slowest < PROBE_LIMIT_S
    assert set(statuses) <= {200, 429, 503} and statuses.count(200) > 0, statuses


def test_a_used_refresh_token_ends_its_family_also_when_two_come_at_once(user: User, gateway: str) -> None:
    def refresh(token: str) -> Answer:
        return Client(gateway).post("/api/auth/refresh", {"refresh_token": token})
    first = log_in(gateway, user.name, PASSWORD, an_address()).expect(200).json()["refresh_token"]
    other = log_in(gateway, user.name, PASSWORD, an_address()).expect(200).json()["refresh_token"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: refresh(first), range(8)))
    next_ones = [answer.json()["refresh_token"] for answer in answers if answer.status == 200]
    assert len(next_ones) <= 1 and {answer.status for answer in answers} <= {200, 401}
    assert [refresh(token).status for token in next_ones] == [401] * len(next_ones)
    refresh(other).expect(200)


def test_logging_out_ends_the_session_and_no_other(user: User, gateway: str) -> None:
    here, there = (log_in(gateway, user.name, PASSWORD, an_address()).expect(200).json()["refresh_token"] for _ in range(2))
    for _ in range(2):
        Client(gateway).post("/api/auth/logout", {"refresh_token": here}).expect(204)
    Client(gateway).post("/api/auth/refresh", {"refresh_token": here}).expect(401)
    Client(gateway).post("/api/auth/refresh", {"refresh_token": there}).expect(200)


def test_a_changed_password_ends_every_session(user: User, gateway: str) -> None:
    """Access tokens are checked without asking anybody: those that are out end within the hour."""
    tokens = log_in(gateway, user.name, PASSWORD, an_address()).expect(200).json()
    client = Client(gateway, tokens["access_token"])
    client.patch("/api/users/me", {"current_password": "wrong password", "new_password": "another password"}).expect(422)
    client.patch("/api/users/me", {"current_password": PASSWORD, "new_password": "another password"}).expect(200)
    Client(gateway).post("/api/auth/refresh", {"refresh_token": tokens["refresh_token"]}).expect(401)
    log_in(gateway, user.name, PASSWORD, an_address()).expect(401)
    patiently(Client(gateway), "/api/auth/login", {"username": user.name, "password": "another password"}).expect(200)
    assert tokens["expires_in"] <= 3600 and client.get("/api/users/me").status == 200
