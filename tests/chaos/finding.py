"""Something that is not as it must be."""

from dataclasses import dataclass

LOST, DOUBLED, UNKNOWN, WRONG = "lost", "doubled", "unknown", "wrong"


@dataclass(frozen=True)
class Finding:
    kind: str  # one of the above
    text: str
    at: float | None = None  # when what it speaks of was accepted, by time.monotonic
