"""The log, read back whole by the operator's own command."""

import json
import os
import select
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

from stack import ROOT, Stack, environment_of

SILENCE_LIMIT_S = 60.0
END_SILENCE_S = 1.5  # after each stream's last message has begun: the other events of a message come in the same breath
CHUNK_BYTES = 1 << 16


def last_sequences(stack: Stack) -> dict[str, int]:
    return {line["stream"]: line["last_sequence"] for line in stack.status() if "stream" in line}  # the others speak of owners


def events(stack: Stack) -> Iterator[dict[str, Any]]:
    """Every event of every stream. Nobody may append meanwhile."""
    missing = {stream: last for stream, last in last_sequences(stack).items() if last > 0}
    tail = subprocess.Popen([stack.program(), "--output", "ndjson", "events", "tail", "--since-start"], cwd=ROOT,
                            env=environment_of(stack.folder, **stack.address), stdout=subprocess.PIPE)
    assert tail.stdout
    try:
        for line in lines_of(tail.stdout.fileno(), lambda: SILENCE_LIMIT_S if missing else END_SILENCE_S):
            event = json.loads(line)
            if event["sequence"] == missing.get(event["stream"]):
                del missing[event["stream"]]
            yield event
    finally:
        tail.terminate()
        tail.wait()
        tail.stdout.close()
    assert not missing, f"the log was not read whole: {missing}"


def lines_of(descriptor: int, silence_limit_s: Callable[[], float]) -> Iterator[bytes]:
    """Until nothing has come for so long, or the other end is closed."""
    rest = b""
    while select.select([descriptor], [], [], silence_limit_s())[0] and (chunk := os.read(descriptor, CHUNK_BYTES)):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
