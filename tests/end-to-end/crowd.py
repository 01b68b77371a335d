"""Many clients at once, in one thread: each asks one thing over a connection of its own, and may leave before it is answered."""

import asyncio
import json
import resource
import threading
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass
class Asked:
    path: str
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0  # 0: not answered
    answer_headers: dict[str, str] = field(default_factory=dict)  # by their names in lower case
    answer: Any = None
    took_s: float = 0.0

    def text(self, host: str) -> bytes:
        body = json.dumps(self.body).encode()
        lines = [f"POST {self.path} HTTP/1.1", f"Host: {host}", "Content-Type: application/json", f"Content-Length: {len(body)}",
                 *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


class Crowd:
    """They ask as the block begins; `answered` waits for all of them, `leave` lets all hang up."""

    def __init__(self, url: str, asked: list[Asked]) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self._host = urllib.parse.urlsplit(url)
        self.asked = asked
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
        self._thread.join(60)

    def answered(self, limit_s: float) -> list[Asked]:
        self._thread.join(limit_s)
        assert not self._thread.is_alive(), f"{sum(one.status == 0 for one in self.asked)} are not answered within {limit_s} s"
        return self.asked

    def leave(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(self._loop)])

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._ask_all())
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.close()

    async def _ask_all(self) -> None:
        await asyncio.gather(*(self._ask(one) for one in self.asked))

    async def _ask(self, one: Asked) -> None:
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(self._host.hostname, self._host.port)
        try:
            writer.write(one.text(self._host.netloc))
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            one.answer_headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
            one.answer = json.loads(await reader.readexactly(int(one.answer_headers["content-length"])))
            one.took_s = time.monotonic() - began
            one.status = int(head[0].split()[1])
        finally:
            writer.close()
