"""The log, read back whole by the operator's own command."""

import json
from collections.abc import Iterator
from typing import Any

from stack import Stack

EVENTS_PER_SECOND_MIN = 2_000
LIMIT_S_MIN = 8


def last_sequences(stack: Stack) -> dict[str, int]:
    lines = map(json.loads, stack.ordo("status", "--output", "ndjson").splitlines())
    return {line["stream"]: line["last_sequence"] for line in lines}


def events(stack: Stack, about: int) -> Iterator[dict[str, Any]]:
    """Every event of every stream; `about`: how many there may be. Nobody may append meanwhile."""
    last, limit_s = last_sequences(stack), LIMIT_S_MIN + about // EVENTS_PER_SECOND_MIN
    told = stack.ordo("--output", "ndjson", "events", "tail", "--since-start", "--timeout", str(limit_s), limit_s=limit_s + 60)
    reached = dict.fromkeys(last, 0)
    for line in told.splitlines():
        event = json.loads(line)
        reached[event["stream"]] = max(reached[event["stream"]], event["sequence"])
        yield event
    assert reached == last, f"the log was not read whole within {limit_s} s: {reached} of {last}"
