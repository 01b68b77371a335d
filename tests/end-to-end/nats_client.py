"""A client of NATS that says and hears what it is told to, and what the server refuses it."""

import json
import socket
from urllib.parse import urlsplit

LIMIT_S = 10


class Refused(Exception):
    """The server does not let this user in."""


class NatsClient:
    def __init__(self, url: str, user: str | None = None, password: str | None = None) -> None:
        """Without a user, the one in the URL, if any."""
        at = urlsplit(url.split(",")[0])
        self._socket = socket.create_connection((at.hostname, at.port), LIMIT_S)
        self._lines = self._socket.makefile("rb")
        self._lines.readline()  # INFO
        options = {"verbose": False, "pedantic": False, "headers": True, "no_responders": True,
                   "user": user or at.username, "pass": password or at.password}
        self._send("CONNECT " + json.dumps({name: value for name, value in options.items() if value is not None}))
        try:
            refusals = self.refusals()
        except OSError as error:
            raise Refused(str(error)) from error
        if refusals:
            raise Refused(refusals)

    def __enter__(self) -> "NatsClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._socket.close()

    def _send(self, line: str, payload: bytes | None = None) -> None:
        self._socket.sendall(line.encode() + b"\r\n" + (b"" if payload is None else payload + b"\r\n"))

    def say(self, subject: str, payload: bytes = b"", reply: str = "") -> None:
        self._send(f"PUB {subject} {reply + ' ' if reply else ''}{len(payload)}", payload)

    def hear(self, subject: str) -> None:
        self._send(f"SUB {subject} 1")

    def refusals(self) -> list[str]:
        """What the server has refused since the last time. Messages that came meanwhile are dropped."""
        self._send("PING")
        refusals = []
        while not (line := self._lines.readline()).startswith(b"PONG"):
            if not line:
                raise ConnectionError("; ".join(refusals) or "closed")
            if line.startswith(b"-ERR"):
                refusals.append(line.decode().strip())
            elif line.startswith((b"MSG", b"HMSG")):
                self._lines.read(int(line.split()[-1]) + 2)
        return refusals

    def may_say(self, subject: str) -> bool:
        """Says it, where it may."""
        self.say(subject)
        return not self.refusals()

    def may_hear(self, subject: str) -> bool:
        self.hear(subject)
        return not self.refusals()
