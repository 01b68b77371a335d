"""The doctor: what is not safe is named with its remedy, and told by the exit code."""

import json
import subprocess
from typing import Any

from people import new_user
from stack import Stack, until

AWAY = "://127.0.0.1:1"


def examined(stack: Stack, **environment: str) -> tuple[int, list[dict[str, Any]]]:
    done = stack.try_ordo("doctor", "--output", "ndjson", **environment)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def troubles(findings: list[dict[str, Any]], area: str) -> list[dict[str, Any]]:
    return [finding for finding in findings if finding["area"] == area and finding["level"] != "ok"]


def test_a_stack_of_run_is_in_good_health_and_every_area_was_looked_at(stack: Stack) -> None:
    new_user(stack, money=10)
    code, findings = examined(stack)
    beside_the_machine = [finding for finding in findings if finding["level"] != "ok" and finding["area"] not in ("disk", "files")]
    assert not beside_the_machine, findings
    assert code == max({"ok": 0, "warning": 1, "danger": 2}[finding["level"]] for finding in findings)
    assert {"ordo", "nats", "log", "durability", "streams", "store", "disk", "postgres", "schemas", "roles", "clocks", "mail",
            "gateway"} <= {finding["area"] for finding in findings}
    assert any("sync_interval always" in finding["what"] for finding in findings)
    whole = json.loads(stack.try_ordo("doctor", "--output", "json").stdout)
    assert whole["level"] in ("ok", "warning", "danger") and len(whole["findings"]) == len(findings)
    assert "postgres" in stack.try_ordo("doctor").stdout


def test_what_cannot_be_reached_is_a_danger_or_a_warning_and_says_what_to_do(stack: Stack) -> None:
    code, findings = examined(stack, ORDO_NATS_URL=f"nats{AWAY}", ORDO_POSTGRES_URL=f"postgresql{AWAY}/nothing", ORDO_SMTP_URL=f"smtp{AWAY}",
                              ORDO_URL=f"http{AWAY}", ORDO_NATS_MONITOR_URL=f"http{AWAY}")
    assert code == 2
    for area in ("nats", "postgres", "mail", "gateway", "roles"):
        assert troubles(findings, area), area
        assert all(finding["remedy"] for finding in troubles(findings, area))


def test_other_partitions_than_the_system_has_are_a_danger(stack: Stack) -> None:
    code, findings = examined(stack, ORDO_PARTITIONS="3")
    assert code == 2 and "ORDO_PARTITIONS=4" in troubles(findings, "log")[0]["remedy"]


def test_how_nats_syncs_is_asked_for_where_nobody_shows_it(stack: Stack) -> None:
    _, findings = examined(stack, ORDO_NATS_MONITOR_URL="")
    (finding,) = troubles(findings, "durability")
    assert "cannot be seen" in finding["what"] and "sync_interval: always" in finding["remedy"]


def test_a_role_that_hangs_is_named(frail_stack: Stack) -> None:
    with frail_stack.paused("billing"):
        code, findings = examined(frail_stack)
        assert code == 2 and "no billing answers" in [finding["what"] for finding in troubles(findings, "roles")]
    until(lambda: not troubles(examined(frail_stack)[1], "roles"), "every role answers again", 30)


def test_a_server_that_syncs_lazily_and_a_postgres_that_does_not_sync_are_a_danger(own_stack: Stack) -> None:
    stack = own_stack
    stack.psql("alter role ordo set synchronous_commit = off")
    assert "synchronous_commit" in troubles(examined(stack)[1], "postgres")[0]["what"]
    lazy = subprocess.Popen([stack.address["ORDO_NATS_SERVER"], "-a", "127.0.0.1", "-p", "-1", "-m", "-1", "-js", "-sd", stack.folder / "lazy",
                             "--ports_file_dir", stack.folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ports = until(lambda: next(iter(stack.folder.glob("nats-server_*.ports")), None), "the lazy server tells its ports")
        monitor = json.loads(ports.read_text())["monitoring"][0]
        code, findings = examined(stack, ORDO_NATS_MONITOR_URL=monitor)
        assert code == 2 and "syncs every 120 s" in troubles(findings, "durability")[0]["what"]
    finally:
        lazy.terminate()
        lazy.wait(20)
