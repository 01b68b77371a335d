"""How the system stands, told by words, by JSON and by the exit code."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

from people import new_user
from stack import ROOT, Stack, environment_of, until

ROLES = {"gateway", "identity", "orders", "billing", "notifications", "projections"}
AWAY = "://127.0.0.1:1"


def look(stack: Stack, **environment: str) -> tuple[int, dict[str, Any]]:
    done = stack.try_ordo("status", "--output", "json", **environment)
    return done.returncode, json.loads(done.stdout)


def await_healthy(stack: Stack) -> dict[str, Any]:
    until(lambda: look(stack)[0] == 0, "the system is healthy", 30)
    return look(stack)[1]


def test_a_system_at_rest_is_healthy_and_nobody_is_behind(stack: Stack) -> None:
    new_user(stack, money=100)
    state = await_healthy(stack)
    assert state["health"] == "healthy" and state["troubles"] == []
    assert {instance["of_role"] for instance in state["instances"]} == ROLES
    def nobody_is_behind() -> bool:
        _, now = look(stack)
        return all(lag["behind"] == 0 for lag in [*now["deciders"], *now["lanes"]])
    until(nobody_is_behind, "everybody has read everything")
    text = stack.ordo("status")
    assert text.startswith("healthy at ") and "\033" not in text
    for role in ROLES:
        assert role in text


def test_a_billing_that_hangs_is_degraded_once_something_waits_for_long(frail_stack: Stack) -> None:
    user = new_user(frail_stack, money=1_000)
    with frail_stack.paused("billing"):
        user.order(10).expect(202)
        until(lambda: look(frail_stack)[0] != 0, "somebody is missed", 30)
        code, state = look(frail_stack)
        assert code in (1, 2) and any("billing" in trouble["what"] for trouble in state["troubles"])
    await_healthy(frail_stack)


def test_a_read_model_that_cannot_be_asked_is_degraded(stack: Stack) -> None:
    code, state = look(stack, ORDO_POSTGRES_URL=f"postgresql{AWAY}/nothing")
    assert (code, state["health"]) == (1, "degraded")
    assert any("read model" in trouble["what"] for trouble in state["troubles"])


def test_a_log_that_cannot_be_asked_is_down(stack: Stack) -> None:
    code, state = look(stack, ORDO_NATS_URL=f"nats{AWAY}")
    assert (code, state["health"]) == (2, "down")
    text = stack.try_ordo("status", ORDO_NATS_URL=f"nats{AWAY}")
    assert text.returncode == 2 and text.stdout.startswith("down\n")


def test_without_a_gateway_the_system_is_down(frail_stack: Stack) -> None:
    with frail_stack.paused("gateway"):
        code, state = look(frail_stack)
        assert code == 2 and "gateway" in state["troubles"][0]["what"]
    await_healthy(frail_stack)


def test_watching_looks_again_and_ends_with_the_last_answer(stack: Stack) -> None:
    await_healthy(stack)
    twice = stack.try_ordo("status", "--watch", "--interval", "0.1", "--times", "2")
    assert twice.returncode == 0 and twice.stdout.count("healthy at ") == 2


def test_watching_ends_in_order_with_control_c(stack: Stack) -> None:
    program = Path(stack.address.get("ORDO_BINARY", ROOT / "build/release/cli/ordo"))
    with subprocess.Popen([program, "status", "--watch", "--interval", "0.1"], env=environment_of(stack.folder, **stack.address), cwd=ROOT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode in (0, 1)
