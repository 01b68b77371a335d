"""A killer that finds nothing must be one that would have found something."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from campaign import Strike
from finding import Finding
from mailbox import judge_letters, letters_in
from report import rows
from stories import judge_story, log_of
from verdict import judge_answers
from wishes import CANCELLATION, ORDER, TOO_DEAR, TOP_UP, Wish

PAID = ["ORDERS OrderPending status=PENDING", "BILLING PaymentProcessed paid=yes", "ORDERS OrderUpdateMessage status=PAID",
        "NOTIFICATIONS NotificationSent kind=letter_of_happiness"]
REFUNDED = ["ORDERS OrderUpdateMessage status=CANCELLED reason=REQUESTED", "BILLING PaymentRefunded", "ORDERS OrderUpdateMessage status=REFUNDED",
            "NOTIFICATIONS NotificationSent kind=letter_of_refund"]
TAKEN_BACK = PAID + REFUNDED
OVERTAKEN = [PAID[0], REFUNDED[0], PAID[1], "NOTIFICATIONS NotificationSent kind=letter_of_cancellation", *REFUNDED[1:]]
REFUSED = [PAID[0], "BILLING PaymentProcessed", "ORDERS OrderUpdateMessage status=CANCELLED reason=INSUFFICIENT_FUNDS",
           "NOTIFICATIONS NotificationSent kind=letter_of_grief"]
REFUSED_AND_TAKEN_BACK = [PAID[0], REFUNDED[0], REFUSED[1], OVERTAKEN[3]]


def wish(*ids: str, kind: str = ORDER, taken_back: bool = False) -> Wish:
    made = Wish(kind, "/api", {}, "key", wait=False, repeats=0, ids=list(ids), accepted_at=5.0)
    if taken_back:
        made.cancellation = Wish(CANCELLATION, "/api", {}, "cancellation", wait=False, repeats=0, ids=made.ids[:1], order=made)
    return made


def kinds(findings: list[Finding]) -> list[str]:
    return [finding.kind for finding in findings]


def judged(one: Wish, lines: list[str]) -> list[str]:
    events: list[dict[str, Any]] = []
    for sequence, line in enumerate(lines, 1):
        stream, name, *data = line.split()
        told = {"paid": False, "notification_id": f"n{sequence}"} | dict(member.split("=") for member in data)
        told["paid"] = told["paid"] == "yes"
        events.append({"stream": f"{stream}-1", "sequence": sequence, "index": 0, "type": f"{name}.v1", "data": told,
                       "correlation_id": one.correlation_id})
    return kinds(judge_story(one, log_of(events).story_of(one)))


WAYS = [(ORDER, False, PAID), (ORDER, True, TAKEN_BACK), (ORDER, True, OVERTAKEN), (TOO_DEAR, False, REFUSED),
        (TOO_DEAR, True, REFUSED_AND_TAKEN_BACK), (TOO_DEAR, True, REFUSED), (TOP_UP, False, ["BILLING AccountToppedUp"])]
PLACES = [(kind, taken_back, lines, place) for kind, taken_back, lines in WAYS for place in range(len(lines))]


@pytest.mark.parametrize(("kind", "taken_back", "lines"), WAYS)
def test_a_wish_that_went_its_way_once_is_no_finding(kind: str, taken_back: bool, lines: list[str]) -> None:
    assert judged(wish("a", kind=kind, taken_back=taken_back), lines) == []


@pytest.mark.parametrize(("kind", "taken_back", "lines", "place"), PLACES)
def test_each_event_that_is_missing_or_there_twice_is_a_finding(kind: str, taken_back: bool, lines: list[str], place: int) -> None:
    one = wish("a", kind=kind, taken_back=taken_back)
    without, twice = judged(one, lines[:place] + lines[place + 1:]), judged(one, [*lines, lines[place]])
    if "OrderUpdateMessage" in lines[place]:
        assert without and "wrong" in twice
    else:
        assert "lost" in without and "doubled" in twice


@pytest.mark.parametrize(("taken_back", "lines"), [(True, PAID), (False, TAKEN_BACK), (False, REFUSED), (True, TAKEN_BACK[:6])])
def test_an_order_that_ends_where_it_must_not_is_wrong(taken_back: bool, lines: list[str]) -> None:
    assert "wrong" in judged(wish("a", taken_back=taken_back), lines)


def test_an_order_that_is_too_dear_is_never_charged() -> None:
    assert {"lost", "doubled"} <= set(judged(wish("a", kind=TOO_DEAR), [REFUSED[0], PAID[1], *REFUSED[2:]]))


def test_a_key_with_two_orders_is_doubled_and_an_order_of_two_keys_is_wrong() -> None:
    assert judge_answers([wish("a", "a"), wish("b")]) == []
    assert kinds(judge_answers([wish("a", "b")])) == ["doubled"]
    assert kinds(judge_answers([wish("a"), wish("a")])) == ["wrong"]


def test_a_cancellation_speaks_of_its_own_order_and_is_refused_only_where_nothing_was_paid() -> None:
    def answered(kind: str, ids: list[str], is_refused: bool = False) -> list[str]:
        one = wish("a", kind=kind, taken_back=True).cancellation
        assert one
        one.ids, one.is_refused = ids, is_refused
        return kinds(judge_answers([one]))
    assert answered(ORDER, ["a", "a"]) == answered(TOO_DEAR, [], is_refused=True) == []
    assert answered(ORDER, ["b"]) == answered(ORDER, [], is_refused=True) == ["wrong"]


def test_a_letter_may_come_twice_but_is_recorded_once() -> None:
    assert judge_letters(Counter("ab"), Counter("aab")) == []
    assert kinds(judge_letters(Counter("ab"), Counter("a"))) == ["lost"]
    assert kinds(judge_letters(Counter("a"), Counter("ab"))) == ["wrong"]
    assert kinds(judge_letters(Counter("aab"), Counter("ab"))) == ["doubled"]


def test_letters_are_told_apart_by_their_message_id(tmp_path: Path) -> None:
    names = [f"0000000{number}-0000-7000-8000-000000000000" for number in (1, 2)]
    for part, file, name in (("new", "1", names[0]), ("cur", "2", names[0]), ("new", "3", names[1])):
        (tmp_path / part).mkdir(exist_ok=True)
        (tmp_path / part / file).write_text(f"To: a@b\nMessage-ID: <{name}@ordo>\n\ntext\n")
    assert letters_in(tmp_path) == {names[0]: 2, names[1]: 1}


def test_a_finding_is_counted_to_the_fault_that_came_last_before_it() -> None:
    strikes = [Strike("early", 1, 1.0, 1.0, 2.0, 2.5), Strike("late", 1, 4.0, 4.0, 4.5, 5.0)]
    lines = {line[0]: line[1:4] for line in rows(strikes, [Finding("lost", "", 5.0), Finding("doubled", "", 0.5)])}
    assert lines == {"early": ["1", "0", "0"], "late": ["1", "1", "0"], "(of no fault's time)": ["", "0", "1"], "all": ["2", "1", "1"]}
