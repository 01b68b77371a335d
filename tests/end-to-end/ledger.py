"""What must hold of all money, orders and letters of a stack, whatever was done to it."""

import json
from collections import Counter
from collections.abc import Iterable

from stack import Stack, until

UNFINISHED = """
select count(*) from read.orders where status in ('NEW', 'PENDING') or (status = 'CANCELLED' and payment_operation_id is not null)"""
LEAPS = """
select count(*) from (select balance_after, lag(balance_after, 1, 0::bigint) over (partition by user_id order by sequence, index)
                             + case kind when 'payment' then -amount else amount end as expected from read.operations) o
where balance_after <> expected"""
WRONG_WALLETS = """
select count(*) from read.balances b where balance <> coalesce((select sum(case kind when 'payment' then -amount else amount end)
                                                                from read.operations o where o.user_id = b.user_id), 0)"""
TOTALS = """
select (select coalesce(sum(balance), 0) from read.balances), (select coalesce(sum(total), 0) from read.orders where status = 'PAID'),
       (select coalesce(sum(amount), 0) from read.operations where kind = 'topup')"""
CHARGED_WITHOUT_ORDER = """
select count(*) from read.operations o full join (select * from read.orders where status in ('PAID', 'REFUNDED')) p
       on p.payment_operation_id = o.operation_id
where (o.kind = 'payment' or o.kind is null) and (p.order_id is distinct from o.order_id or p.total is distinct from o.amount)"""
REFUNDED_WITHOUT_ORDER = """
select count(*) from (select * from read.operations where kind = 'refund') o
       full join (select * from read.orders where status = 'REFUNDED') r on r.order_id = o.order_id
where r.order_id is null or o.order_id is null or r.total <> o.amount"""
TABLES = """
select tablename from pg_tables where schemaname = 'read' and tablename not in ('checkpoints', 'schema_version') order by tablename"""


def await_finished(stack: Stack, order_ids: Iterable[str], limit_s: float = 120) -> None:
    """Every one of these orders is known to the read model, and no order at all is unfinished."""
    wanted = set(order_ids)
    until(lambda: wanted <= {row[0] for row in stack.psql("select order_id from read.orders")}
          and stack.number(UNFINISHED) == 0, f"{len(wanted)} orders are finished", limit_s, every_s=0.5)


def await_shown(stack: Stack, limit_s: float = 120) -> None:
    """Every projection has read all that the log holds."""
    def messages_behind() -> list[int]:
        told = stack.try_ordo("projections", "lag", "--output", "json")
        return [lag["messages"] for lag in json.loads(told.stdout)] if told.returncode == 0 else [1]
    until(lambda: not any(messages_behind()), "all is shown", limit_s, every_s=0.2)


def require_each_event_shown_once(stack: Stack) -> None:
    """What is shown is what the log adds up to, and what a rebuild from its first event makes. Requires: nothing more happens."""
    await_shown(stack)
    verdict = stack.try_ordo("verify", limit_s=600)
    assert verdict.returncode == 0 and "DIFFERS" not in verdict.stdout, verdict
    before = stack.ordo("projections", "checksum")
    stack.ordo("projections", "rebuild", limit_s=600)
    assert stack.ordo("projections", "checksum") == before


def require_sound_money(stack: Stack) -> None:
    balances, paid, topped_up = map(int, stack.psql(TOTALS)[0])
    assert balances + paid == topped_up
    assert stack.number(LEAPS) == 0, "operations that do not lead from the balance before them to the one after"
    assert stack.number(WRONG_WALLETS) == 0, "wallets that their statements do not explain"
    assert stack.number(CHARGED_WITHOUT_ORDER) == 0, "payments without a paid order, or the reverse"
    assert stack.number(REFUNDED_WITHOUT_ORDER) == 0, "refunds without a refunded order, or the reverse"


def await_one_letter_each(stack: Stack, correlation_ids: Iterable[str], repeats: bool = False, limit_s: float = 180) -> None:
    """`repeats`: a sender was killed, so the same letter may have come again, under the same Message-ID."""
    wanted = set(correlation_ids)

    def counts() -> Counter[str]:
        letters = [(letter.correlation_id, letter.message_id) for letter in stack.mailbox()]
        return Counter(correlation_id for correlation_id, _ in (set(letters) if repeats else letters))
    until(lambda: wanted <= counts().keys(), f"{len(wanted)} letters", limit_s, every_s=0.5)
    until(lambda: stack.number("select count(*) from read.notifications where state <> 'sent'") == 0, "all letters are recorded", 30)
    found = counts()
    assert {name: found[name] for name in wanted if found[name] != 1} == {}


def checksums(stack: Stack) -> dict[str, str]:
    """Table → a digest of all its rows, whatever their order on disk."""
    return {table: stack.psql(f"select count(*) || ':' || md5(coalesce(string_agg(t::text, chr(10) order by t::text), ''))"
                              f" from read.{table} t")[0][0] for (table,) in stack.psql(TABLES)}
