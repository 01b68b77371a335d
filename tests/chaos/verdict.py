"""What was promised, compared with the log, the read model and the mailbox."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from auditor import judge_verify
from buyers import Buyers
from finding import DOUBLED, LOST, UNKNOWN, WRONG, Finding
from ledger import UNFINISHED, require_sound_money
from log_reader import events
from mailbox import judge_letters, letters_in
from prober import Prober
from stack import Stack, until
from stories import judge_story, log_of
from wishes import CANCELLATION, ORDER, TOO_DEAR, TOP_UP, Wish

SETTLE_LIMIT_S = 300
REBUILD_LIMIT_S = 1800
ORDERS = "select order_id, status from read.orders"
TOP_UPS = "select operation_id from read.operations where kind = 'topup'"
UNCHARGED = """
select count(*) from read.orders o where not exists (select from read.order_timeline t
                                                     where t.order_id = o.order_id and t.type like 'PaymentProcessed%')"""
LETTERS_DUE = """
select (select coalesce(sum(case status when 'REFUNDED' then 2 else 1 end), 0) from read.orders)
       - (select count(*) from read.notifications where state = 'sent')"""


def ids_there(stack: Stack) -> set[str]:
    """Of orders and top-ups."""
    return {row[0] for row in stack.psql(f"select order_id from read.orders union {TOP_UPS}")}


def judge(stack: Stack, buyers: Buyers, prober: Prober, there_before: set[str]) -> list[Finding]:
    """Everything that is not as it must be. All faults have ended, and nobody buys any more."""
    wishes = buyers.accepted()
    findings = [Finding(WRONG, text, at) for at, text in buyers.strange] + [Finding(WRONG, text) for text in prober.strange]
    findings += [Finding(WRONG, f"{wish.kind} {wish.key} was never answered", wish.first_asked_at) for wish in buyers.never_answered()]
    findings += judge_answers(buyers.wishes)
    findings += settle(stack, {wish.ids[0]: status_of(wish) for wish in wishes if wish.is_order} | dict.fromkeys(prober.order_ids, "PAID"))
    findings += judge_read_model(stack, wishes) + judge_log_and_letters(stack, wishes)
    known = there_before | prober.order_ids | {identity for wish in wishes for identity in wish.ids}
    findings += [Finding(UNKNOWN, f"{identity} was never answered for") for identity in ids_there(stack) - known]
    try:
        require_sound_money(stack)
    except AssertionError as error:
        findings.append(Finding(WRONG, f"the money does not add up: {error}"))
    return findings + judge_verify(stack) + judge_rebuild(stack)


def status_of(wish: Wish) -> str:
    """Of an order, when everything has come to its end; everybody has money for what is not too dear."""
    if wish.kind == TOO_DEAR:
        return "CANCELLED"
    return "REFUNDED" if wish.is_taken_back else "PAID"


def settle(stack: Stack, wanted: dict[str, str]) -> list[Finding]:
    """Until nothing moves any more: every order has its status, billing's answer and its letters, and every row is there."""
    def is_settled() -> bool:
        return wanted.items() <= {(identity, status) for identity, status in stack.psql(ORDERS)} and not any(
            stack.number(query) for query in (UNFINISHED, UNCHARGED, LETTERS_DUE)) and all(
            lane["messages"] == 0 for lane in json.loads(stack.ordo("projections", "lag", "--output", "json")))
    try:
        until(is_settled, "everything comes to its end", SETTLE_LIMIT_S, every_s=0.5)
    except AssertionError as error:
        return [Finding(WRONG, str(error))]
    return []


def judge_answers(wishes: list[Wish]) -> list[Finding]:
    accepted = [wish for wish in wishes if wish.ids]
    found = [Finding(DOUBLED, f"{wish.kind} {wish.key} has {set(wish.ids)}", wish.accepted_at) for wish in accepted if len(set(wish.ids)) != 1]
    owners = Counter(identity for wish in accepted if wish.kind != CANCELLATION for identity in set(wish.ids))
    found += [Finding(WRONG, f"{identity} answers {count} wishes") for identity, count in owners.items() if count > 1]
    return found + list(judge_cancellations([wish for wish in wishes if wish.kind == CANCELLATION]))


def judge_cancellations(wishes: list[Wish]) -> Iterator[Finding]:
    for wish in wishes:
        assert wish.order
        if set(wish.ids) - {wish.order.ids[0]}:
            yield Finding(WRONG, f"the cancellation of {wish.order.ids[0]} is answered with {set(wish.ids)}", wish.accepted_at)
        if wish.is_refused and wish.order.kind == ORDER:
            yield Finding(WRONG, f"{wish.order.ids[0]} could be cancelled, and was refused", wish.first_asked_at)


def judge_read_model(stack: Stack, wishes: list[Wish]) -> list[Finding]:
    there = dict(map(tuple, stack.psql(ORDERS))) | {row[0]: "there" for row in stack.psql(TOP_UPS)}
    found = []
    for wish in wishes:
        wanted = "there" if wish.kind == TOP_UP else status_of(wish.order or wish)
        if (seen := there.get(wish.ids[0], "missing")) != wanted:
            found.append(Finding(LOST, f"{wish.kind} {wish.ids[0]} is {seen} instead of {wanted} in the read model", wish.accepted_at))
    return found


def judge_log_and_letters(stack: Stack, wishes: list[Wish]) -> list[Finding]:
    log = log_of(events(stack))
    found = [finding for wish in wishes if wish.kind != CANCELLATION for finding in judge_story(wish, log.story_of(wish))]
    return found + judge_letters(log.letters, letters_in(Path(stack.address["ORDO_MAIL_DIR"])))


def judge_rebuild(stack: Stack) -> list[Finding]:
    before = stack.ordo("projections", "checksum")
    stack.ordo("projections", "rebuild", limit_s=REBUILD_LIMIT_S)
    after = stack.ordo("projections", "checksum")
    return [] if before == after else [Finding(WRONG, f"a rebuild changes rows:\n{before}\nbecomes\n{after}")]
