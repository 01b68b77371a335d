"""When rows became readable: the checkpoints of the orders' lane, looked at again and again over one connection."""

import bisect
import subprocess
import threading
import time
from collections import defaultdict

LOOK_EVERY_S = 0.005
QUESTION = "select stream, sequence from read.checkpoints where lane = 'orders'"


class Visibility:
    """Rows and checkpoint are committed together, so an order is readable once the checkpoint has passed its last event."""

    def __init__(self, postgres_url: str) -> None:
        self._psql = subprocess.Popen(["psql", "-XqAt", "-F", "\t", postgres_url], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True, bufsize=1)
        self._seen: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))  # stream → sequences, Unix µs
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self._thread.start()

    def _look_on(self) -> None:
        while not self._done.is_set():
            for stream, sequence in self._look():
                sequences, times = self._seen[stream]
                if not sequences or sequence > sequences[-1]:
                    sequences.append(sequence)
                    times.append(time.time_ns() // 1_000)
            time.sleep(LOOK_EVERY_S)

    def _look(self) -> list[tuple[str, int]]:
        assert self._psql.stdin and self._psql.stdout
        self._psql.stdin.write(f"{QUESTION};\n\\echo end\n")
        self._psql.stdin.flush()
        rows = []
        while (line := self._psql.stdout.readline().rstrip("\n")) != "end":
            assert line, "psql ended"
            stream, sequence = line.split("\t")
            rows.append((stream, int(sequence)))
        return rows

    def readable_since_us(self, stream: str, sequence: int) -> int | None:
        """The first look that found it, in Unix µs; so at most a look too late. Nothing if none did."""
        sequences, times = self._seen[stream]
        at = bisect.bisect_left(sequences, sequence)
        return times[at] if at < len(sequences) else None

    def stop(self) -> None:
        self._done.set()
        self._thread.join()
        assert self._psql.stdin
        self._psql.stdin.close()
        self._psql.wait(10)
