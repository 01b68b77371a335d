"""Least rights in NATS: as each role's user, what that role must not do is tried, and refused."""

import itertools
import os
import re
import signal

import pytest
from nats_client import NatsClient, Refused
from people import new_user
from stack import Stack, until

ROLES = ("gateway", "orders", "billing", "notifications", "identity", "projections")

# Whose words these are; everybody else is refused.
OWN_SUBJECTS = {
    "gateway": ("orders.create", "orders.cancel", "payments.topup", "payments.account"),
    "orders": ("orders.pending", "notifications.orders", "orders.parked"),
    "billing": ("billing.payments", "billing.accounts", "billing.topups", "billing.refunds", "billing.parked"),
    "notifications": ("notifications.sent", "notifications.failed", "notifications.parked"),
    "identity": ("users.registered",),
    "projections": (),
    "operator": ("operations.parked",),
}
READ_STREAMS = {
    "gateway": (),
    "orders": ("ORDERS", "COMMANDS", "BILLING", "NOTIFICATIONS", "OPERATIONS"),
    "billing": ("BILLING", "USERS", "COMMANDS", "ORDERS", "OPERATIONS"),
    "notifications": ("NOTIFICATIONS", "ORDERS", "OPERATIONS"),
    "identity": (),
    "projections": ("COMMANDS", "ORDERS", "BILLING", "NOTIFICATIONS"),
}
PARTITIONED = ("COMMANDS", "USERS", "ORDERS", "BILLING", "NOTIFICATIONS", "OPERATIONS", "PARKED")


def as_role(stack: Stack, role: str) -> NatsClient:
    return NatsClient(stack.address["ORDO_NATS_URL"], role, (stack.folder / f"secrets/nats-{role}").read_text().strip())


def refused_to_say(stack: Stack, role: str, subjects: list[str]) -> list[str]:
    """Those of them that the server refuses; nothing but the name is sent."""
    with as_role(stack, role) as client:
        for subject in subjects:
            client.say(subject)
        return re.findall(r'Publish to "([^"]+)"', " ".join(client.refusals()))


def test_who_has_no_user_or_a_wrong_password_is_not_let_in(stack: Stack) -> None:
    bare = re.sub("//.*@", "//", stack.address["ORDO_NATS_URL"])
    with pytest.raises(Refused):
        NatsClient(bare)
    for role in (*ROLES, "operator"):
        with pytest.raises(Refused):
            NatsClient(bare, role, "wrong")
    done = stack.try_ordo("status", ORDO_NATS_URL=bare, limit_s=60)
    assert done.returncode == 2 and "ORDO_NATS_PASSWORD_FILE" in done.stdout + done.stderr, done


@pytest.mark.parametrize("role", ROLES)
def test_a_role_says_nothing_on_the_subjects_of_others(stack: Stack, role: str) -> None:
    others = itertools.chain.from_iterable(subjects for owner, subjects in OWN_SUBJECTS.items() if owner != role)
    wanted = [f"{subject}.{partition}" for subject in others for partition in (0, 3)]
    other = "orders" if role == "billing" else "billing"
    wanted += ["audit.operators", "$KV.ordo.partitions", "anything.else", f"$KV.ordo-leases.{other}.lease.0"]
    wanted += [f"snapshots.{stream}-0.manifest" for stream in ("ORDERS", "BILLING", "NOTIFICATIONS") if stream.lower() != role]
    assert sorted(refused_to_say(stack, role, wanted)) == sorted(wanted)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_makes_changes_empties_or_deletes_a_stream_of_the_log(stack: Stack, role: str) -> None:
    streams = [f"{stream}-1" for stream in PARTITIONED] + ["AUDIT", "KV_ordo"]
    verbs = ("STREAM.CREATE", "STREAM.UPDATE", "STREAM.DELETE", "STREAM.PURGE", "STREAM.MSG.DELETE", "STREAM.RESTORE", "STREAM.SNAPSHOT",
             "CONSUMER.DELETE")
    wanted = [f"$JS.API.{verb}.{stream}" for verb in verbs for stream in streams]
    wanted += [f"$JS.API.{verb}.SNAPSHOTS" for verb in ("STREAM.DELETE", "STREAM.UPDATE", "STREAM.MSG.DELETE")]
    wanted += ["$JS.API.STREAM.CREATE.MINE", "$JS.API.STREAM.LIST", "$JS.API.STREAM.NAMES", "$JS.API.ACCOUNT.PURGE.$G"]
    assert sorted(refused_to_say(stack, role, wanted)) == sorted(wanted)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_only_the_streams_that_it_decides_or_shows_upon(stack: Stack, role: str) -> None:
    others = [f"{stream}-2" for stream in PARTITIONED if stream not in READ_STREAMS[role]] + ["AUDIT"]
    verbs = ("CONSUMER.CREATE", "CONSUMER.DURABLE.CREATE", "STREAM.MSG.GET", "DIRECT.GET", "CONSUMER.MSG.NEXT")
    wanted = [f"$JS.API.{verb}.{stream}" for verb in verbs for stream in others]
    assert sorted(refused_to_say(stack, role, wanted)) == sorted(wanted)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_hears_what_is_meant_for_another(stack: Stack, role: str) -> None:
    mine = {"gateway": ("live.>",), "identity": ("identity.>",)}.get(role, ())
    wanted = [">", "*", "_INBOX.>", "$JS.>", "$KV.>", "$SYS.>", "orders.>", "live.>", "live.orders.pending.0", "identity.>",
              "identity.login"]
    wanted += [f"_INBOX_{other}.>" for other in (*ROLES, "operator") if other != role]
    wanted = [subject for subject in wanted if not any(subject == own or subject.startswith(own.rstrip(">")) for own in mine)]
    with as_role(stack, role) as client:
        for subject in wanted:
            client.hear(subject)
        heard = re.findall(r'Subscription to "([^"]+)"', " ".join(client.refusals()))
    assert sorted(heard) == sorted(wanted)


def test_what_roles_must_do_is_not_refused(stack: Stack) -> None:
    user = new_user(stack, money=10_000)
    order = user.post("/api/orders", {"items": [{"sku": "tea", "quantity": 1, "unit_price": 500}], "currency": "EUR"},
                      Prefer="wait=10", X_Correlation_Id=f"rights-{user.name}").expect(201).json()
    until(lambda: any(letter.correlation_id == f"rights-{user.name}" for letter in stack.mailbox()), "the letter is sent")
    user.post(f"/api/orders/{order['id']}/cancel", {}, Prefer="wait=10").expect(200)
    assert stack.try_ordo("status").returncode == 0
    for log in sorted((stack.folder / "logs").glob("*.log")):
        assert "Permissions Violation" not in log.read_text(errors="replace"), log


def test_a_role_whose_password_was_changed_comes_back_with_the_new_one(frail_stack: Stack) -> None:
    secret, configuration = frail_stack.folder / "secrets/nats-notifications", frail_stack.folder / "secrets/nats.conf"
    old, new = secret.read_text().strip(), "0123456789abcdef0123456789abcdef"
    before = frail_stack.process_id("notifications")
    configuration.write_text(configuration.read_text().replace(old, new))
    secret.write_text(new + "\n")
    frail_stack.ordo("setup")  # the operator is not touched by any of it
    os.kill(frail_stack.process_id("nats"), signal.SIGHUP)
    until(lambda: frail_stack.process_id("notifications") != before, "the role ends when it is refused", 60)
    until(lambda: (frail_stack.folder / "ready/notifications").exists(), "it serves again", 60)
    with pytest.raises(Refused):
        NatsClient(frail_stack.address["ORDO_NATS_URL"], "notifications", old)
