"""A killer that finds nothing must be one that would have found something."""

from typing import Any

import pytest
from buyers import Wish
from campaign import Strike
from report import rows
from verdict import Finding, judge_answers, judge_story, letter_heads

ORDER = ["ORDERS-1 OrderPending PENDING", "BILLING-1 PaymentProcessed", "ORDERS-1 OrderUpdateMessage PAID", "NOTIFICATIONS-1 NotificationSent"]


def wish(*ids: str, kind: str = "order") -> Wish:
    return Wish(kind, "/api/orders", {}, "key", "chaos-key", wait=False, repeats=0, ids=list(ids), accepted_at=5.0)


def story(*lines: str) -> list[dict[str, Any]]:
    told = []
    for sequence, line in enumerate(lines, 1):
        stream, name, *status = line.split()
        told.append({"stream": stream, "sequence": sequence, "index": 0, "type": f"{name}.v1", "data": {"status": "".join(status)}})
    return told


def kinds(findings: list[Finding]) -> list[str]:
    return [finding.kind for finding in findings]


def test_an_order_that_went_its_way_once_is_no_finding() -> None:
    assert judge_story(wish("a"), story(*ORDER)) == []
    assert judge_answers([wish("a", "a"), wish("b")]) == []


@pytest.mark.parametrize("missing", [0, 1, 3])
def test_an_order_without_one_of_its_events_is_lost(missing: int) -> None:
    assert "lost" in kinds(judge_story(wish("a"), story(*ORDER[:missing], *ORDER[missing + 1:])))


@pytest.mark.parametrize("repeated", [0, 1, 3])
def test_an_order_with_an_event_twice_is_doubled(repeated: int) -> None:
    assert "doubled" in kinds(judge_story(wish("a"), story(*ORDER, ORDER[repeated])))


@pytest.mark.parametrize("lines", [ORDER[:2] + ORDER[3:], [*ORDER, "ORDERS-1 OrderUpdateMessage CANCELLED"]])
def test_an_order_that_leaves_the_state_machine_is_wrong(lines: list[str]) -> None:
    assert "wrong" in kinds(judge_story(wish("a"), story(*lines)))


def test_a_top_up_is_one_event() -> None:
    assert judge_story(wish("a", kind="top-up"), story("BILLING-1 AccountToppedUp")) == []
    assert kinds(judge_story(wish("a", kind="top-up"), story(*["BILLING-1 AccountToppedUp"] * 2))) == ["doubled"]


def test_a_key_with_two_orders_is_doubled_and_an_order_of_two_keys_is_wrong() -> None:
    assert kinds(judge_answers([wish("a", "b")])) == ["doubled"]
    assert kinds(judge_answers([wish("a"), wish("a")])) == ["wrong"]


def test_letters_are_told_apart_by_their_message_id(tmp_path: Any) -> None:
    for part, name, message in (("new", "1", "<m1>"), ("cur", "2", "<m1>"), ("new", "3", "<m2>")):
        (tmp_path / part).mkdir(exist_ok=True)
        (tmp_path / part / name).write_text(f"To: a@b\nMessage-ID: {message}\nX-Correlation-Id: chaos-key\n\ntext\n")
    assert letter_heads(tmp_path) == {"chaos-key": {"<m1>", "<m2>"}}


def test_a_finding_is_counted_to_the_fault_that_came_last_before_it() -> None:
    strikes = [Strike("early", True, 1.0, 1.0, 2.0), Strike("late", True, 4.0, 4.0, 4.5)]
    lines = {line[0]: line[1:4] for line in rows(strikes, [Finding("lost", "", 5.0), Finding("doubled", "", 0.5)])}
    assert lines == {"early": ["1", "0", "0"], "late": ["1", "1", "0"], "(before any)": ["", "0", "1"], "all": ["2", "1", "1"]}
