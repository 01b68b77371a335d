"""One part that falls or hangs leaves the others standing, and is caught up with when it is back."""

import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from client import Answer
from ledger import await_finished, await_one_letter_each, require_sound_money
from people import User, new_user
from stack import Stack, until


@pytest.fixture
def buyer(frail_stack: Stack) -> User:
    return new_user(frail_stack, money=10_000)


def placed(user: User, count: int, **headers: str) -> list[Answer]:
    return [user.order(100, **headers) for _ in range(count)]


def test_a_mail_server_that_is_down_delays_letters_and_nothing_else(frail_stack: Stack, buyer: User) -> None:
    with frail_stack.paused("mail"):
        answers = [answer.expect(201) for answer in placed(buyer, 5, Prefer="wait=5")]
        # All five: an attempt that runs out of time just as the server is back would rightly be made again.
        until(lambda: frail_stack.number("select count(*) from read.notifications where state = 'retrying'") == 5,
              "five failures are recorded", 60)
    await_one_letter_each(frail_stack, [answer.headers["X-Correlation-Id"] for answer in answers])


def test_without_identity_orders_are_taken_paid_and_read(frail_stack: Stack, buyer: User) -> None:
    with frail_stack.paused("identity"):
        answers = [answer.expect(201) for answer in placed(buyer, 5, Prefer="wait=5")]
        for answer in answers:
            buyer.await_status(answer.json()["id"], "PAID")
        buyer.await_balance(9_500)
    await_one_letter_each(frail_stack, [answer.headers["X-Correlation-Id"] for answer in answers])


def test_without_identity_a_log_in_is_told_to_come_again(frail_stack: Stack) -> None:
    with frail_stack.paused("identity"):
        refused = frail_stack.client().post("/api/auth/login", {"username": "a", "password": "b"}).expect(503)
    assert refused.json()["code"] == "unavailable"
    assert refused.headers["Retry-After"]


@pytest.mark.parametrize("role", ["billing", "orders"])
def test_an_order_that_cannot_be_decided_yet_is_accepted_and_decided_later(frail_stack: Stack, buyer: User, role: str) -> None:
    with frail_stack.paused(role):
        answer = buyer.order(100, Prefer="wait=1").expect(202)
        assert answer.json()["status"] in ("NEW", "PENDING")
    buyer.await_status(answer.json()["id"], "PAID")


def test_without_projections_orders_are_paid_and_reads_that_name_a_position_say_that_they_lag(frail_stack: Stack, buyer: User) -> None:
    with frail_stack.paused("projections"):
        answer = buyer.order(100, Prefer="wait=5").expect(201)
        order_id = answer.json()["id"]
        lagging = buyer.get(f"/api/orders/{order_id}", Ordo_After=answer.headers["Ordo-Position"]).expect(503)
        assert lagging.json()["code"] == "projection_lagging"
        assert lagging.headers["Retry-After"]
        assert sum(lagging.json()["lag"].values()) > 0, lagging.json()
    buyer.await_status(order_id, "PAID")


def test_without_the_gateway_the_edge_says_so_with_a_problem_and_logs_no_query(frail_stack: Stack, buyer: User) -> None:
    private = f"anna-{uuid.uuid4()}@example.org"
    frail_stack.kill("gateway")

    def refused() -> Answer | None:
        answer = buyer.get(f"/api/orders?status={private}")
        return answer if answer.status in (502, 503) else None
    answer = until(refused, "the edge cannot reach the gateway", 5, every_s=0.01)
    assert isinstance(answer, Answer)
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.headers["Retry-After"]
    assert answer.json()["type"] == "urn:ordo:problem:unavailable"
    log = frail_stack.folder / "logs/nginx.log"
    line = f" unanswered 503 /api/orders {answer.headers['X-Correlation-Id']} "
    until(lambda: line in log.read_text(), "the edge logs what was not answered")
    assert private not in log.read_text()
    until(frail_stack.is_ready, "the gateway is back", 60)


def test_without_postgres_orders_are_not_lost(frail_stack: Stack, buyer: User) -> None:
    keys = [str(uuid.uuid4()) for _ in range(10)]
    frail_stack.kill("postgres")
    answers = [buyer.order(100, Idempotency_Key=key) for key in keys]
    assert {answer.status for answer in answers} <= {202, 503}
    until(frail_stack.is_ready, "Postgres is back", 60)
    repeats = [buyer.order(100, Idempotency_Key=key).expect(202).json()["id"] for key in keys]
    assert len(set(repeats)) == 10
    accepted = [(answer.json()["id"], repeat) for answer, repeat in zip(answers, repeats) if answer.status == 202]
    assert all(first == repeat for first, repeat in accepted)
    await_finished(frail_stack, repeats)
    require_sound_money(frail_stack)


def test_while_postgres_hangs_orders_are_taken_and_reads_are_told_to_come_again(frail_stack: Stack, buyer: User) -> None:
    order = buyer.order(100, Prefer="wait=5").expect(201)
    path, position = f"/api/orders/{order.json()['id']}", order.headers["Ordo-Position"]
    buyer.get(path, Ordo_After=position).expect(200)
    with frail_stack.paused("postgres"):
        later = buyer.order(100).expect(202)
        for headers in ({}, {"Ordo_After": later.headers["Ordo-Position"]}):
            began = time.monotonic()
            refused = buyer.get(path, **headers).expect(503)
            assert time.monotonic() - began < 15
            assert refused.json()["code"] == "unavailable"
            assert refused.headers["Retry-After"]
    until(frail_stack.is_ready, "Postgres goes on", 60)
    buyer.await_status(later.json()["id"], "PAID")


@pytest.mark.parametrize("role", ["gateway", "projections", "identity"])
def test_a_role_stops_in_time_while_postgres_hangs(frail_stack: Stack, buyer: User, role: str) -> None:
    process = Path(f"/proc/{frail_stack.process_id(role)}")
    with ThreadPoolExecutor() as asking, frail_stack.paused("postgres"):
        for path in 3 * ["/api/orders", "/api/users/me"]:
            asking.submit(buyer.copy().get, path)
        buyer.order(100)
        frail_stack.kill(role, signal.SIGTERM)
        until(lambda: not process.exists(), f"{role} ends", 10)
    until(frail_stack.is_ready, "the stack is ready again", 60)
    until(lambda: buyer.get("/api/users/me").status == 200, "users can be asked again", 60)


def test_what_was_accepted_before_the_log_fell_is_there_after_it(frail_stack: Stack, buyer: User) -> None:
    answers = placed(buyer, 30)
    frail_stack.kill("nats")
    answers += placed(buyer, 5, Idempotency_Key=str(uuid.uuid4()))
    accepted = {answer.json()["id"] for answer in answers if answer.status == 202}
    assert {answer.status for answer in answers} <= {202, 503}
    assert len(accepted) >= 30
    until(frail_stack.is_ready, "the log is back", 60)
    await_finished(frail_stack, accepted)
    require_sound_money(frail_stack)
