"""HTTP as a client of the contract speaks it: keep-alive, JSON, every header visible."""

import http.client
import json
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any, Self

IDLE_LIMIT_S = 20  # an older connection may be closed by the server just as we send
ANSWER_LIMIT_S = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def expect(self, status: int) -> "Answer":
        assert self.status == status, f"{self.status} instead of {status}: {self.body[:2000].decode(errors='replace')}"
        return self


class Client:
    """One connection, of one user or of nobody. Not to be shared between threads."""

    def __init__(self, url: str, token: str | None = None, answer_limit_s: float = ANSWER_LIMIT_S) -> None:
        self.url = url
        self.token = token
        self._answer_limit_s = answer_limit_s
        self._connection = self.connect()
        self._used_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def connect(self) -> http.client.HTTPConnection:
        """Another connection, for who wants to speak on it himself."""
        parts = urllib.parse.urlsplit(self.url)
        assert parts.hostname
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=self._answer_limit_s)

    def own_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def copy(self) -> "Client":
        """Another connection of the same user, for another thread."""
        return Client(self.url, self.token)

    def send(self, method: str, path: str, body: bytes | str | None = None,
             headers: Mapping[str, str] | None = None) -> Answer:
        if time.monotonic() - self._used_at > IDLE_LIMIT_S:
            self._connection.close()
        try:
            self._connection.request(method, path, body, {**self.own_headers(), **(headers or {})})
            answer = self._connection.getresponse()
            result = Answer(answer.status, answer.headers, answer.read())
        except BaseException:
            self._connection.close()
            raise
        self._used_at = time.monotonic()
        return result

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers=spelled(headers))

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("POST", path, json.dumps(body), {"Content-Type": "application/json", **spelled(headers)})

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("PATCH", path, json.dumps(body), {"Content-Type": "application/json", **spelled(headers)})


def spelled(headers: Mapping[str, str]) -> dict[str, str]:
    """Idempotency_Key="a" → {"Idempotency-Key": "a"}"""
    return {name.replace("_", "-"): value for name, value in headers.items()}
