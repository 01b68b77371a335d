"""Whatever operators change by hand stands in the record: who, what, why, and what came of it; and no customer's name."""

import json
import uuid
from pathlib import Path
from typing import Any

from broken_events import put_command
from people import new_user
from stack import Stack, until


def acts(stack: Stack, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stack.ordo("audit", "--limit", "0", *options, "--output", "ndjson").splitlines()]


def test_the_set_up_and_the_first_users_stand_in_the_record(stack: Stack) -> None:
    told = acts(stack)
    *_, setup = [act for act in told if act["action"] == "setup"]  # the newest stand first; each start sets up what may be missing
    assert setup["stage"] == "done" and "partitions 4" in setup["arguments"] and "@" in setup["actor"]
    assert [act["stage"] for act in told if act["action"] == "users add"][:1] == ["done"]
    assert setup["act_id"] == told[-1]["act_id"], "nothing was done before it"
    assert "users add" in stack.ordo("audit")


def test_a_user_is_added_with_who_and_why_and_his_name_stays_out_of_the_log(stack: Stack, tmp_path: Path) -> None:
    name, reason = f"op-{uuid.uuid4().hex[:12]}", f"for the audit {uuid.uuid4()}"
    (tmp_path / "password").write_text("correct horse battery staple\n")
    added = json.loads(stack.ordo("users", "add", name, "--email", f"{name}@example.org", "--password-file", str(tmp_path / "password"),
                                  "--as", "anna", "--reason", reason, "--output", "json"))
    (act,) = [act for act in acts(stack) if act["reason"] == reason]
    assert (act["actor"], act["action"], act["stage"]) == ("anna", "users add", "done")
    assert added["user_id"] in act["outcome"] and added["added"] is True
    assert name not in stack.ordo("audit", "--limit", "0", "--output", "json")
    assert act["began_at"] <= act["ended_at"]
    assert act["act_id"] in {each["act_id"] for each in acts(stack, "--since", act["began_at"])}
    assert acts(stack, "--since", "2999-01-01T00:00:00Z") == []


def test_what_is_refused_stands_there_as_failed(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("short\n")
    reason = f"too short {uuid.uuid4()}"
    refused = stack.try_ordo("users", "add", "someone", "--email", "a@example.org", "--password-file", str(tmp_path / "password"),
                             "--reason", reason)
    assert refused.returncode == 2
    assert [act["stage"] for act in acts(stack) if act["reason"] == reason] == ["failed"]


def test_a_discarded_input_is_recorded_and_the_record_can_be_shown_as_events_are(frail_stack: Stack) -> None:
    stack, user = frail_stack, new_user(frail_stack)
    put_command(stack, "payments.topup", "TopUpRequested.v1", user.id, None)
    until(lambda: user.id in stack.ordo("parked", "list", "--output", "ndjson"), "the wallet is parked")
    nobody = stack.try_ordo("parked", "discard", user.id, "--reason", "tested")
    assert nobody.returncode == 1 and "--yes" in nobody.stderr
    stack.ordo("parked", "discard", user.id, "--reason", "tested", "--yes", "--as", "ada")
    act = next(act for act in acts(stack) if user.id in act["arguments"])
    assert (act["actor"], act["action"], act["reason"], act["stage"]) == ("ada", "parked discard", "tested", "done")
    assert "1 discarded" in act["outcome"]
    shown = json.loads(stack.ordo("events", "show", "AUDIT@1", "--output", "json"))
    assert shown["events"][0]["type"] == "OperatorActed.v1" and shown["checksummed"]


def test_what_cannot_be_recorded_is_not_done(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct horse battery staple\n")
    name = f"op-{uuid.uuid4().hex[:12]}"
    done = stack.try_ordo("users", "add", name, "--email", "a@example.org", "--password-file", str(tmp_path / "password"),
                          ORDO_NATS_URL="nats://127.0.0.1:1", limit_s=60)
    assert done.returncode == 1
    assert stack.psql(f"select count(*) from identity.users where username = '{name}'") == [["0"]]
