"""Live answers against gateway/openapi.yaml: 100 generated requests to each operation, 10,000 with ORDO_TEST_LONG=1."""

import json
import os
import random
import re
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from client import Answer, Client
from contract import Contract, Operation
from generated_requests import Generated, Generator, Known
from people import PASSWORD, User, new_user
from stack import ROOT, Stack

CONTRACT = Contract()
FINITE = [one for one in CONTRACT.operations if not one.is_endless()]
REQUESTS = 10_000 if os.environ.get("ORDO_TEST_LONG") else 100
SEED = os.environ.get("ORDO_TEST_SEED", "1")
TOKEN_SERVES_S = 1800  # half of its life
CLIENT_FAULTS = range(400, 500)
EVENT_ID = re.compile(r"^id: ?(\S+)$", re.MULTILINE)
# The file says the form of a body; these are said in words: a total that is too large, a key that belongs to another body.
SAID_IN_WORDS = ("add up to more than", "Idempotency-Key", "is not the password", "must be another one")


@pytest.fixture(scope="module")
def known(user: User) -> Known:
    order = user.order(1, Prefer="wait=10").expect(201).json()["id"]
    user.await_status(order, "PAID")
    return Known(user.id, user.name, PASSWORD, orders=[order])


def learn(known: Known, operation: Operation, answer: Answer) -> None:
    """Stateful: what is answered is asked for again."""
    if answer.status >= 300 or not answer.body:
        return
    if operation.is_endless():
        known.event_ids = [*known.event_ids[-20:], *EVENT_ID.findall(answer.body.decode())]
        return
    if answer.headers["Content-Type"] != "application/json":
        return
    told: dict[str, Any] = answer.json()
    if operation.name == "create_order":
        known.orders.append(told["id"])
    if position := answer.headers.get("Ordo-Position"):
        known.positions = [*known.positions[-20:], position]
    if tag := answer.headers.get("ETag"):
        known.tags = [*known.tags[-20:], tag]
    if cursor := told.get("next_cursor"):
        known.cursors = [*known.cursors[-20:], cursor]
    if token := told.get("refresh_token"):
        known.refresh_tokens = [*known.refresh_tokens[-20:], token]


def complaints_about(operation: Operation, asked: Generated, answer: Answer) -> list[str]:
    found = CONTRACT.complaints(operation, answer)
    refused_as_invalid = answer.status in (400, 415, 422)
    if asked.is_valid and refused_as_invalid and not any(words in answer.body.decode() for words in SAID_IN_WORDS):
        found.append("the file allows what was refused")
    body = CONTRACT.body_schema(operation)
    if body is not None and asked.body is not None and not is_allowed(operation, asked) and answer.status not in CLIENT_FAULTS:
        found.append("the file forbids what was taken")
    return found


def is_allowed(operation: Operation, asked: Generated) -> bool:
    """Of the body alone. Where none is required, an empty one is none."""
    assert asked.body is not None
    if not asked.body and not CONTRACT.is_body_required(operation):
        return True
    try:
        value = json.loads(asked.body, parse_constant=lambda _: pytest.fail)
        return not CONTRACT.faults(CONTRACT.body_schema(operation) or {}, value)
    except (ValueError, RecursionError):
        return False


class Askers:
    """Nearly always the user; now and then somebody without a token, or with a broken one."""

    def __init__(self, stack: Stack, user: User, operation: Operation) -> None:
        self.stack, self.user = stack, user
        self.strangers = [stack.client(), stack.client("a.b.c")]
        self.are_forgotten = operation.name == "forget_me"  # most of them ask once more
        self.chance = random.Random(f"{SEED} who {operation.name}")

    def of(self, number: int) -> Client:
        if self.are_forgotten and number % 50 == 0:
            self.user = new_user(self.stack)
        if time.monotonic() - self.user.logged_in_at > TOKEN_SERVES_S:
            self.user.log_in_again()
        return self.chance.choice([*self.strangers, *[self.user] * 18])


def glance_at(client: Client, path: str, headers: Mapping[str, str]) -> Answer:
    """The head of a stream and what it begins with; then the client leaves."""
    connection = client.connect()
    try:
        connection.request("GET", path, headers=client.own_headers() | headers)
        answer = connection.getresponse()
        begun = b"".join(iter(answer.readline, b"\n")) if answer.status == 200 else answer.read()
        return Answer(answer.status, answer.headers, begun)
    finally:
        connection.close()


def ask(client: Client, operation: Operation, asked: Generated) -> Answer:
    if operation.is_endless():
        return glance_at(client, asked.path, asked.headers)
    return client.send(operation.method, asked.path, asked.body, asked.headers)


@pytest.mark.parametrize("operation", CONTRACT.operations, ids=lambda operation: operation.name)
def test_every_answer_is_one_that_the_file_allows(stack: Stack, user: User, known: Known, operation: Operation) -> None:
    generator = Generator(CONTRACT, operation, f"{SEED} {operation.name}", known)
    askers = Askers(stack, user, operation)
    statuses: dict[int, int] = {}
    for number in range(REQUESTS):
        asked = generator.request()
        answer = ask(askers.of(number), operation, asked)
        statuses[answer.status] = statuses.get(answer.status, 0) + 1
        complaints = complaints_about(operation, asked, answer)
        assert not complaints, f"seed {SEED}, request {number}: {operation.method} {asked}\n→ {answer.status} {answer.body[:1000]!r}\n{complaints}"
        learn(known, operation, answer)
    print(f"{operation.name}: {statuses}")
    assert max(statuses) < 500 or max(statuses) == 503
    assert min(statuses) < 300, "nothing was ever taken"


@pytest.mark.parametrize("operation", [one for one in CONTRACT.operations if not one.is_open()], ids=lambda operation: operation.name)
def test_every_route_that_asks_for_a_token_is_there_and_asks(stack: Stack, operation: Operation) -> None:
    path = operation.path.replace("{", "").replace("}", "")
    answer = stack.client().send(operation.method, path, b"{}" if operation.method in ("POST", "PATCH") else None, {"Content-Type": "application/json"})
    assert not CONTRACT.complaints(operation, answer)
    assert answer.status == 401


@pytest.mark.parametrize("operation", [one for one in FINITE if one.method == "GET"], ids=lambda operation: operation.name)
def test_head_answers_as_get_without_the_body(user: User, operation: Operation) -> None:
    path = operation.path.replace("{user_id}", user.id).replace("{username}", user.name).replace("{id}", user.id)
    got, headed = user.get(path), user.send("HEAD", path)
    assert (headed.status, headed.body) == (got.status, b"")
    for name in ("Content-Type", "ETag"):
        assert headed.headers[name] == got.headers[name]


def test_the_file_is_served_as_it_stands_in_the_tree(stack: Stack) -> None:
    answer = stack.client().get("/openapi.json").expect(200)
    assert answer.json() == CONTRACT.document
    assert stack.client().get("/openapi.json", If_None_Match=answer.headers["ETag"]).status == 304


def test_the_page_to_try_it_out_loads_nothing_from_another_host(stack: Stack) -> None:
    page = stack.client().get("/swagger").expect(200)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "//" not in page.body.decode().replace("<!DOCTYPE", "")
    for path in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js", "favicon-32x32.png"):
        stack.client().get(f"/swagger/{path}").expect(200)


def test_the_file_holds_to_the_rules_for_such_files(tmp_path: Path) -> None:
    lint = subprocess.run([ROOT / "docker/test.d/lint_openapi.sh", ROOT / "gateway/openapi.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_the_password_of_the_samples_would_be_taken() -> None:
    registration = CONTRACT.document["components"]["schemas"]["Registration"]
    assert not CONTRACT.faults(registration, {"username": "somebody", "password": PASSWORD, "email": "somebody@example.com"})


@pytest.fixture(scope="module")
def user(stack: Stack) -> User:
    return new_user(stack, money=100_000_000)
