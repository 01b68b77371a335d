"""Server-sent events as a client reads them: WHATWG HTML, 9.2, on a socket of its own, so that the test decides when it breaks."""

import json
import socket
import struct
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Event:
    id: str
    type: str
    data: dict[str, Any]


class EventStream:
    """One connection. What arrives before the limit is read; `ended` says that the server has closed it."""

    def __init__(self, url: str, path: str, token: str | None, last_event_id: str | None = None, method: str = "GET",
                 receive_bytes: int | None = None, correlation_id: str | None = None) -> None:
        parts = urllib.parse.urlsplit(url)
        assert parts.hostname and parts.port
        self._socket = socket.socket()
        if receive_bytes:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self._socket.settimeout(10)
        self._socket.connect((parts.hostname, parts.port))
        lines = [f"{method} {path} HTTP/1.1", "Host: ordo", "Accept: text/event-stream"]
        lines += [f"Authorization: Bearer {token}"] if token else []
        lines += [f"Last-Event-ID: {last_event_id}"] if last_event_id is not None else []
        lines += [f"X-Correlation-Id: {correlation_id}"] if correlation_id else []
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.last_event_id = last_event_id
        self.comments: list[str] = []
        self.ended = False
        self._received = b""
        head = self._read_until(b"\r\n\r\n")
        first, *fields = head.decode().split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {name.strip().lower(): value.strip() for name, value in (line.split(":", 1) for line in fields if line)}
        self._chunked = self.headers.get("transfer-encoding") == "chunked"
        self._text = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def reset(self) -> None:
        """Leaves without an orderly end."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def is_held(self) -> bool:
        """Whether the server still holds its end of the connection; tells without reading anything."""
        (_, own), (_, servers) = self._socket.getsockname(), self._socket.getpeername()
        done = subprocess.run(["ss", "-Htn", "state", "established", f"( sport = :{servers} and dport = :{own} )"],
                              capture_output=True, text=True, timeout=20, check=True)
        return bool(done.stdout.strip())

    def _read_until(self, mark: bytes) -> bytes:
        while mark not in self._received:
            if not self._receive():
                raise ConnectionError(f"it ended within {self._received!r}")
        found, self._received = self._received.split(mark, 1)
        return found

    def _receive(self) -> bool:
        try:
            more = self._socket.recv(65536)
        except ConnectionError:
            more = b""
        self.ended = not more
        self._received += more
        return bool(more)

    def _unframe(self) -> None:
        """Moves what has arrived of the body into `_text`."""
        if not self._chunked:
            self._text, self._received = self._text + self._received, b""
        while self._chunked and b"\r\n" in self._received:
            size, rest = self._received.split(b"\r\n", 1)
            length = int(size, 16)
            if len(rest) < length + 2:
                return
            self._text, self._received = self._text + rest[:length], rest[length + 2:]
            self.ended = self.ended or length == 0  # the proxy's connection lives on

    def problem(self) -> dict[str, Any]:
        """The body of a refusal."""
        while len(self._received) < int(self.headers["content-length"]):
            assert self._receive()
        return dict(json.loads(self._received))

    def events(self, limit_s: float = 20) -> Iterator[Event]:
        """Events as they come, until the stream or the time ends."""
        deadline = time.monotonic() + limit_s
        while True:
            self._unframe()
            while b"\n\n" in self._text:
                block, self._text = self._text.split(b"\n\n", 1)
                event = self._take(block.decode())
                if event:
                    yield event
            left = deadline - time.monotonic()
            if self.ended or left <= 0:
                return
            self._socket.settimeout(left)
            try:
                self._receive()
            except TimeoutError:
                return

    def _take(self, block: str) -> Event | None:
        fields = {}
        for line in block.split("\n"):
            name, _, value = line.partition(": ")
            if name == "":
                self.comments.append(value)
            fields[name] = value
        self.last_event_id = fields.get("id", self.last_event_id)
        return Event(fields["id"], fields["event"], json.loads(fields["data"])) if "data" in fields else None

    def until(self, is_last: Callable[[Event], bool], limit_s: float = 20) -> list[Event]:
        """Every event up to the one that is the last."""
        assert self.status == 200, self.problem()
        got = []
        for event in self.events(limit_s):
            got.append(event)
            if is_last(event):
                return got
        raise AssertionError(f"the last event did not come (ended: {self.ended}) behind {[event.type for event in got]}")

    def await_begin(self) -> Self:
        """Until it has an id to go on from."""
        assert self.status == 200, self.status
        deadline = time.monotonic() + 10
        while self.last_event_id is None and time.monotonic() < deadline:
            self._unframe()
            if b"\n\n" in self._text:
                block, self._text = self._text.split(b"\n\n", 1)
                self._take(block.decode())
            else:
                assert self._receive(), "it ended before it began"
        assert self.last_event_id
        return self
