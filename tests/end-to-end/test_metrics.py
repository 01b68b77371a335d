"""/metrics: what a gateway counts, for those who watch the system and for nobody else."""

import re

from client import Client
from people import User
from stack import Stack, until

SERIES = re.compile(r'^(?P<name>[a-z_]+)(?:\{(?P<labels>[^}]*(?:\{[^}]*\}[^}]*)*)\})? (?P<value>\S+)$')


def metrics_of(client: Client) -> dict[str, float]:
    """Each series with its labels as it is written → its number."""
    answer = client.get("/metrics").expect(200)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.body.decode().splitlines() if line and not line.startswith("#")]
    assert all(SERIES.match(line) for line in lines), [line for line in lines if not SERIES.match(line)]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_requests_are_counted_by_route_and_status_and_no_id_of_anybody_shows(stack: Stack, user: User) -> None:
    client = stack.client()
    paid = 'ordo_http_requests_total{method="POST",route="/api/orders",status="201"}'
    missing = 'ordo_http_requests_total{method="GET",route="/api/orders/{id}",status="404"}'
    before = metrics_of(client)
    order = user.order(100, Prefer="wait=10").expect(201)
    user.get(f"/api/orders/{user.id}").expect(404)
    after = metrics_of(client)
    assert after[paid] == before.get(paid, 0) + 1
    assert after[missing] == before.get(missing, 0) + 1
    told = client.get("/metrics").body.decode()
    assert user.id not in told and order.json()["id"] not in told and user.name not in told


def test_a_path_that_does_not_exist_makes_no_series_of_its_own(stack: Stack) -> None:
    client = stack.client()
    client.get("/api/nothing/of/the/kind").expect(404)
    assert "of/the/kind" not in client.get("/metrics").body.decode()
    assert metrics_of(client)['ordo_http_requests_total{method="GET",route="none",status="404"}'] >= 1


def test_the_lag_of_the_read_model_and_the_health_of_the_process_are_told(stack: Stack) -> None:
    client = stack.client()
    until(lambda: 'ordo_read_model_lag_messages{stream="ORDERS-0"}' in metrics_of(client), "the lag has been looked at", 30)
    figures = metrics_of(client)
    assert figures["ordo_nats_connected"] == 1
    assert figures["ordo_read_model_fits"] == 1
    assert figures["process_resident_memory_bytes"] > 1e6
    assert 0 < figures["process_open_fds"] < figures["process_max_fds"]


def test_who_does_not_watch_the_system_finds_nothing_at_the_path(stack: Stack) -> None:
    straight = Client(stack.address["ORDO_GATEWAY_URL"])
    straight.get("/metrics", X_Forwarded_For="203.0.113.9").expect(404)
    straight.get("/metrics", X_Forwarded_For="127.0.0.1").expect(200)
    # nginx says who asks, whatever the client claims.
    stack.client().get("/metrics", X_Forwarded_For="203.0.113.9").expect(200)


def test_metrics_answer_while_postgres_hangs(frail_stack: Stack) -> None:
    with frail_stack.paused("postgres"), frail_stack.client() as client:
        assert metrics_of(client)["ordo_nats_connected"] == 1
