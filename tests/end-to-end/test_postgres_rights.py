"""Least rights in Postgres: as each role's user, what that role must not do is tried, and refused."""

import subprocess
from collections.abc import Iterator

import pytest
from ledger import await_shown
from people import basket, new_user
from stack import Stack, until

DENIALS = ("permission denied", "must be owner of", "must be superuser or")

# Each of them must fail for want of rights.
REFUSED = {
    "gateway": (
        "insert into read.orders select * from read.orders limit 1",
        "update read.balances set balance = balance + 1",
        "delete from read.order_timeline",
        "update read.checkpoints set sequence = 0",
        "select * from identity.users",
        "select * from identity.refresh_tokens",
        "select * from read_control.pauses",
        "lock table read.orders in exclusive mode",
    ),
    "projections": (
        "select * from identity.users",
        "select * from identity.schema_migrations",
        "update read.schema_version set claim = gen_random_uuid()",
        "insert into read_control.pauses (lane, paused_by, reason) values ('orders', 'me', '')",
        "create table read.more (id int)",
        "alter schema read rename to read_next",
        "alter table read.orders drop column total",
        "create index on read.orders (total)",
    ),
    "identity": (
        "select * from read.orders",
        "select * from read.balances",
        "update identity.schema_migrations set checksum = ''",
        "create table identity.more (id int)",
        "alter table identity.users add column more text",
    ),
}
REFUSED_TO_ALL = (
    "create table public.mine (id int)",
    "create schema mine",
    "create temporary table mine (id int)",
    "create role mine",
    "create database mine",
    "drop schema read cascade",
    "drop schema identity cascade",
    "drop table read.orders",
    "truncate read.orders",
    "truncate identity.users",
    "alter role ordo_gateway createdb",
    "set role ordo",
    "set role postgres",
    "select pg_read_file('/etc/passwd')",
    "copy (select 1) to program 'true'",
    "select * from pg_authid",
)


@pytest.fixture(scope="module")
def granting() -> Iterator[Stack]:
    own = Stack()
    yield own
    own.remove()


def url_of(stack: Stack, role: str) -> str:
    password = (stack.folder / f"secrets/postgres-{role}").read_text().strip()
    return f"postgresql://ordo_{role}:{password}@{stack.address['ORDO_POSTGRES_URL'].split('@')[1]}"


def said_to(stack: Stack, role: str, sql: str) -> str:
    """Nothing when it was done."""
    whole = sql if sql.startswith("create database") else f"begin; {sql}; rollback"  # that one goes in no transaction
    done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", url_of(stack, role), "-c", whole],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize("role", REFUSED)
def test_a_role_may_do_nothing_that_is_not_its_own(stack: Stack, role: str) -> None:
    for sql in (*REFUSED[role], *REFUSED_TO_ALL):
        said = said_to(stack, role, sql)
        assert any(denial in said for denial in DENIALS), f"{role}: {sql}: {said or 'it was done'}"


def test_who_decides_has_no_way_into_postgres(stack: Stack) -> None:
    for role in ("orders", "billing", "notifications"):
        environment = open(f"/proc/{stack.process_id(role)}/environ", "rb").read()
        assert b"ORDO_POSTGRES_URL" not in environment and b"ORDO_NATS_USER=" + role.encode() in environment


def test_the_doctor_names_rights_that_are_missing_or_too_many_and_setup_mends_them(granting: Stack) -> None:
    user = new_user(granting, money=10_000)
    assert "each role may do in Postgres what it must" in granting.try_ordo("doctor").stdout
    granting.psql("revoke select on read.balances from ordo_gateway; grant insert on read.orders to ordo_gateway")
    granting.psql("revoke usage on schema identity from ordo_identity")
    said = granting.try_ordo("doctor")
    assert said.returncode == 2 and "read.balances" in said.stdout and "read.orders" in said.stdout and "the schema identity" in said.stdout
    granting.ordo("setup")
    assert "each role may do in Postgres what it must" in granting.try_ordo("doctor").stdout
    user.get(f"/api/payments/balance/{user.id}").expect(200)


def test_an_older_database_without_rights_gets_them_at_the_next_start(granting: Stack) -> None:
    user = new_user(granting, money=10_000)
    user.post("/api/orders", basket(100), Prefer="wait=10").expect(201)
    await_shown(granting)
    granting.stop()
    granting.start("services")
    granting.psql("; ".join(f"revoke all on all tables in schema {schema} from {role}; revoke all on schema {schema} from {role}"
                             for schema in ("read", "read_control", "identity")
                             for role in ("ordo_gateway", "ordo_projections", "ordo_identity")))
    granting.psql("drop schema read_control cascade")
    granting.stop()
    granting.start()
    with user.elsewhere() as again:
        again.post("/api/orders", basket(200), Prefer="wait=10").expect(201)
        await_shown(granting)
        assert len(again.get("/api/orders").expect(200).json()["items"]) == 2


def test_a_rebuild_takes_the_rights_along_and_a_rollback_brings_them_back(granting: Stack) -> None:
    user = new_user(granting, money=10_000)
    for done in (("projections", "rebuild"), ("projections", "rollback", "--reason", "to see")):
        granting.ordo(*done)
        user.post("/api/orders", basket(100), Prefer="wait=10").expect(201)
        await_shown(granting)
        until(lambda: user.get("/api/orders").status == 200, "orders are shown", 30)
        assert "each role may do in Postgres what it must" in granting.try_ordo("doctor").stdout
