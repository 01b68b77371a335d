"""What the log says of each wish, and whether everything that must happen once happened once."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from finding import DOUBLED, LOST, WRONG, Finding
from wishes import ORDER, TOP_UP, Wish

PATHS_OF_PAID = {"PENDING PAID"}
PATHS_OF_TOO_DEAR = {"PENDING CANCELLED"}
PATHS_OF_TAKEN_BACK = {"PENDING PAID CANCELLED REFUNDED", "PENDING CANCELLED REFUNDED"}


@dataclass(frozen=True)
class Step:
    stream: str
    at: tuple[int, int]  # sequence and index
    name: str  # the event's, without its version
    data: dict[str, Any]


@dataclass
class Log:
    """All that was decided, by the correlation id of the request that led to it."""
    steps: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    letters: Counter[str] = field(default_factory=Counter)  # recorded as sent, by notification id

    def add(self, event: dict[str, Any]) -> None:
        if event["stream"].startswith("COMMANDS"):
            return
        step = Step(event["stream"], (event["sequence"], event["index"]), event["type"].split(".")[0], event["data"])
        self.steps[event["correlation_id"]].append(step)
        if step.name == "NotificationSent":
            self.letters[step.data["notification_id"]] += 1

    def story_of(self, wish: Wish) -> list[Step]:
        """With that of its cancellation."""
        own = self.steps.get(wish.correlation_id, [])
        return own + self.steps.get(wish.cancellation.correlation_id, []) if wish.cancellation else own


def log_of(events: Iterable[dict[str, Any]]) -> Log:
    log = Log()
    for event in events:
        log.add(event)
    return log


def judge_story(wish: Wish, story: list[Step]) -> list[Finding]:
    """`wish`: an accepted order or top-up."""
    if wish.kind == TOP_UP:
        return compare(wish, Counter(step.name for step in story), Counter(AccountToppedUp=1))
    updates = sorted((step for step in story if step.stream.startswith("ORDERS")), key=lambda step: step.at)
    path = " ".join(step.data["status"] for step in updates)
    found = [] if path in paths_of(wish) else [Finding(WRONG, f"{wish.kind} {wish.ids[0]} went {path}", wish.accepted_at)]
    return found + compare(wish, Counter(map(name_of, story)), expected_of(wish, updates))


def paths_of(wish: Wish) -> set[str]:
    if wish.kind != ORDER:
        return PATHS_OF_TOO_DEAR
    return PATHS_OF_TAKEN_BACK if wish.is_taken_back else PATHS_OF_PAID


def name_of(step: Step) -> str:
    if step.name == "PaymentProcessed":
        return "charge" if step.data["paid"] else "refusal to charge"
    return str(step.data["kind"]) if step.name == "NotificationSent" else step.name


def expected_of(wish: Wish, updates: list[Step]) -> Counter[str]:
    names = ["OrderPending", "charge" if wish.kind == ORDER else "refusal to charge"]
    names += ["PaymentRefunded"] if wish.kind == ORDER and wish.is_taken_back else []
    letters, is_paid = [], False
    for step in updates:
        status, reason = step.data["status"], step.data.get("reason")
        is_paid |= status == "PAID"
        letters += {"PAID": ["letter_of_happiness"], "REFUNDED": ["letter_of_refund"]}.get(status, [])
        if status == "CANCELLED" and not is_paid:
            letters.append("letter_of_cancellation" if reason == "REQUESTED" else "letter_of_grief")
    return Counter(names + sorted(set(letters)))


def compare(wish: Wish, counts: Counter[str], expected: Counter[str]) -> list[Finding]:
    """Of updates nothing is said here: their order says more."""
    names = (counts.keys() | expected.keys()) - {"OrderUpdateMessage", "NotificationFailed"}
    return [Finding(LOST if counts[name] < expected[name] else DOUBLED,
                    f"{wish.kind} {wish.ids[0]}: {counts[name]} {name} in the log instead of {expected[name]}", wish.accepted_at)
            for name in sorted(names) if counts[name] != expected[name]]
