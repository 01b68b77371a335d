"""What was promised, compared with the log, the read model and the mailbox."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from buyers import Buyers, Wish
from ledger import UNFINISHED, require_sound_money
from log_reader import events
from prober import Prober
from stack import Stack, until

SETTLE_LIMIT_S = 300
EVENTS_PER_ORDER = 6
STATUSES = re.compile(r"PENDING( (PAID( CANCELLED REFUNDED)?|CANCELLED))")
MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
CORRELATION_ID = re.compile(rb"^X-Correlation-Id: *(\S+)", re.MULTILINE | re.IGNORECASE)
HEAD_BYTES = 4096


@dataclass(frozen=True)
class Finding:
    kind: str  # lost, doubled, unknown, wrong
    text: str
    at: float | None = None  # when what it speaks of was accepted, by time.monotonic


def settle(stack: Stack, ids: set[str]) -> None:
    """Until nothing moves any more: every order final and known, every letter sent, every row there."""
    def known() -> set[str]:
        return {row[0] for row in stack.psql("select order_id from read.orders")}
    until(lambda: stack.number(UNFINISHED) == 0 and ids <= known(), "every order ends", SETTLE_LIMIT_S, every_s=0.5)
    until(lambda: stack.number("select count(*) from read.notifications where state = 'sent'") >= stack.number(
        "select count(*) from read.orders"), "every letter is sent", SETTLE_LIMIT_S, every_s=0.5)
    until(lambda: all(line.split()[-1] == "0" for line in stack.ordo("projections", "lag").splitlines()[1:]),
          "no projection is behind", SETTLE_LIMIT_S, every_s=0.5)


def ids_there(stack: Stack) -> set[str]:
    """Of orders and top-ups."""
    return {row[0] for row in stack.psql("select order_id from read.orders union select operation_id from read.operations"
                                         " where kind = 'topup'")}


def judge(stack: Stack, buyers: Buyers, prober: Prober, there_before: set[str]) -> list[Finding]:
    """Everything that is not as it must be. All faults have ended, and nobody buys any more."""
    wishes = buyers.accepted()
    findings = [Finding("wrong", text, at) for at, text in buyers.strange] + [Finding("wrong", text) for text in prober.strange]
    findings += [Finding("wrong", f"{wish.kind} {wish.key} was never accepted", wish.first_asked_at) for wish in buyers.never_accepted()]
    findings += judge_answers(wishes)
    order_ids = {wish.ids[0] for wish in wishes if wish.is_order} | prober.order_ids
    try:
        settle(stack, order_ids)
    except AssertionError as error:
        findings.append(Finding("wrong", str(error)))
    findings += judge_read_model(stack, wishes) + judge_log(stack, wishes) + judge_letters(stack, wishes)
    known = there_before | prober.order_ids | {identity for wish in wishes for identity in wish.ids}
    findings += [Finding("unknown", f"{identity} was never answered for") for identity in ids_there(stack) - known]
    try:
        require_sound_money(stack)
    except AssertionError as error:
        findings.append(Finding("wrong", f"the money does not add up: {error}"))
    return findings + judge_rebuild(stack)


def judge_answers(wishes: list[Wish]) -> list[Finding]:
    found = [Finding("doubled", f"{wish.kind} {wish.key} has {set(wish.ids)}", wish.accepted_at)
             for wish in wishes if len(set(wish.ids)) != 1]
    owners = Counter(identity for wish in wishes for identity in set(wish.ids))
    return found + [Finding("wrong", f"{identity} answers {count} wishes") for identity, count in owners.items() if count > 1]


def judge_read_model(stack: Stack, wishes: list[Wish]) -> list[Finding]:
    statuses = dict(map(tuple, stack.psql("select order_id, status from read.orders")))
    top_ups = {row[0] for row in stack.psql("select operation_id from read.operations where kind = 'topup'")}
    found = []
    for wish in wishes:
        there = wish.ids[0] in (statuses if wish.is_order else top_ups)
        wanted = "CANCELLED" if wish.kind == "too dear" else "PAID"
        if not there:
            found.append(Finding("lost", f"{wish.kind} {wish.ids[0]} is not in the read model", wish.accepted_at))
        elif wish.is_order and statuses[wish.ids[0]] != wanted:
            found.append(Finding("lost", f"{wish.kind} {wish.ids[0]} is {statuses[wish.ids[0]]}", wish.accepted_at))
    return found


def judge_log(stack: Stack, wishes: list[Wish]) -> list[Finding]:
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in events(stack, EVENTS_PER_ORDER * stack.number("select count(*) from read.orders")):
        if not event["stream"].startswith("COMMANDS"):
            told[event["correlation_id"]].append(event)
    return [finding for wish in wishes for finding in judge_story(wish, told[wish.correlation_id])]


def judge_story(wish: Wish, story: list[dict[str, Any]]) -> list[Finding]:
    """What the log says of one wish: each thing that must happen once happened once."""
    once = ["OrderPending", "PaymentProcessed", "NotificationSent"] if wish.is_order else ["AccountToppedUp"]
    counts = Counter(event["type"].split(".")[0] for event in story)
    found = [Finding("lost" if counts[name] == 0 else "doubled", f"{wish.kind} {wish.ids[0]}: {counts[name]} {name} in the log",
                     wish.accepted_at) for name in once if counts[name] != 1]
    updates = sorted((e["sequence"], e["index"], e["data"]["status"]) for e in story if e["stream"].startswith("ORDERS"))
    statuses = " ".join(status for _, _, status in updates)
    if wish.is_order and not STATUSES.fullmatch(statuses):
        found.append(Finding("wrong", f"{wish.kind} {wish.ids[0]} went {statuses}", wish.accepted_at))
    return found


def letter_heads(folder: Path) -> dict[str, set[str]]:
    """Correlation id → the ids of its letters."""
    heads: dict[str, set[str]] = defaultdict(set)
    for part in ("new", "cur"):
        for file in (folder / part).glob("*"):
            with file.open("rb") as letter:
                head = letter.read(HEAD_BYTES)
            message, correlation = MESSAGE_ID.search(head), CORRELATION_ID.search(head)
            assert message and correlation, f"a letter without a name: {file}"
            heads[correlation.group(1).decode()].add(message.group(1).decode())
    return heads


def judge_letters(stack: Stack, wishes: list[Wish]) -> list[Finding]:
    """A letter may have come twice, but then under one Message-ID."""
    heads = letter_heads(Path(stack.address["ORDO_MAIL_DIR"]))
    found = []
    for wish in wishes:
        letters = len(heads.get(wish.correlation_id, ()))
        if wish.is_order and letters != 1:
            found.append(Finding("lost" if letters == 0 else "doubled", f"{wish.kind} {wish.ids[0]} has {letters} letters", wish.accepted_at))
    return found


def judge_rebuild(stack: Stack) -> list[Finding]:
    before = stack.ordo("projections", "checksum")
    stack.ordo("projections", "rebuild", limit_s=1800)
    after = stack.ordo("projections", "checksum")
    return [] if before == after else [Finding("wrong", f"a rebuild changes rows:\n{before}\nbecomes\n{after}")]
