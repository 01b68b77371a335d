"""HTTP byte by byte, as an attacker speaks it, and what must hold of every answer to him."""

import contextlib
import json
import re
import resource
import socket
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass

ANSWER_LIMIT_S = 40  # above every limit of the servers: an answer that takes longer is a hang
# What would tell an attacker how we are made: names of sources, libraries and statements, exceptions, addresses, versions.
TELLTALES = re.compile(rb"\.cpp|\.hpp|std::|exception|nlohmann|pistache|pqxx|libpq|postgres|\bSELECT\b|\bINSERT\b|jetstream|nats:|/usr/|/tmp/|0x[0-9a-f]{6}"
                       rb"|127\.0\.0\.1|<html|nginx/\d", re.IGNORECASE)


@dataclass(frozen=True)
class RawAnswer:
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        found = re.search(rb"^" + name.encode() + rb": *(.*?)\r$", self.head, re.MULTILINE | re.IGNORECASE)
        return found.group(1).decode() if found else ""


def connected(url: str, receive_bytes: int | None = None, source: str = "") -> socket.socket:
    parts = urllib.parse.urlsplit(url)
    assert parts.hostname and parts.port
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    if source:  # not always: with many ports that rest, finding one takes the kernel long
        connection.bind((source, 0))
    connection.settimeout(ANSWER_LIMIT_S)
    connection.connect((parts.hostname, parts.port))
    return connection


@contextlib.contextmanager
def crowd(url: str, size: int) -> Iterator[list[socket.socket]]:
    _, descriptors_max = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors_max, descriptors_max))
    with contextlib.ExitStack() as closing:
        yield [closing.enter_context(connected(url)) for _ in range(size)]


def read_to_end(connection: socket.socket) -> bytes:
    """All until the server closes; a hang is an error of the test."""
    deadline, received = time.monotonic() + ANSWER_LIMIT_S, b""
    while True:
        assert time.monotonic() < deadline, f"neither closed nor answered: {received[:300]!r}"
        try:
            chunk = connection.recv(65536)
        except ConnectionError:
            return received
        except TimeoutError as hang:
            raise AssertionError(f"neither closed nor answered within {ANSWER_LIMIT_S} s: {received[:300]!r}") from hang
        if not chunk:
            return received
        received += chunk


def exchange(url: str, request: bytes, last_word: bool = False, source: str = "") -> bytes:
    """All that the server says until it closes. `last_word`: the client ends its side behind the request."""
    with connected(url, source=source) as connection:
        with contextlib.suppress(OSError):  # the server need not listen to the end
            connection.sendall(request)
            if last_word:
                connection.shutdown(socket.SHUT_WR)
        return read_to_end(connection)


def answers(received: bytes) -> list[RawAnswer]:
    """Taken apart by their lengths; without a length the body goes to the end."""
    found = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        status = re.match(rb"HTTP/1\.1 (\d{3}) ?[^\r\n]*", head)
        assert status, f"this is no answer: {received[:300]!r}"
        answer = RawAnswer(int(status.group(1)), head + b"\r\n", b"")
        size = 0 if answer.status < 200 else int(answer.header("Content-Length") or len(rest))
        found.append(RawAnswer(answer.status, answer.head, rest[:size]))
        received = rest[size:]
    return found


def require_safe(answer: RawAnswer) -> None:
    """It is no fault of ours, a problem where it is an error, and tells nothing of how we are made."""
    assert answer.status < 500 or answer.status == 505, answer
    assert not TELLTALES.search(answer.head + answer.body), answer
    if answer.status >= 400:
        assert answer.header("Content-Type").startswith("application/problem+json"), answer
        told = json.loads(answer.body)
        assert told["status"] == answer.status and told["code"] and told["detail"], told
        assert told["correlation_id"] == answer.header("X-Correlation-Id"), answer


def the_one_answer(url: str, request: bytes, last_word: bool = False, source: str = "") -> RawAnswer | None:
    """The safe answer to a request whose connection ends behind it; nothing where it was just closed."""
    found = answers(exchange(url, request, last_word, source))
    final = [answer for answer in found if answer.status >= 200]
    for answer in final:
        require_safe(answer)
    assert len(final) <= 1, f"more was answered than asked: {final}"
    return final[0] if final else None
