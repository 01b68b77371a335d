"""The mail sink is our own, and its answers decide what becomes of a letter."""

import contextlib
import shutil
import signal
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from stack import ROOT, until


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Whatever it says is refused, as on a disk that is full."""
    port = free_port()
    with Path("/dev/full").open("wb") as full:
        process = subprocess.Popen(["/usr/bin/python3", ROOT / "docker/mail_sink.py", "--port", str(port), "--maildir", tmp_path / "mail"],
                                   stdout=full, stderr=full)
        try:
            until(lambda: answers(port), "the mail sink answers", 20)
            yield port, tmp_path / "mail"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def send(port: int) -> int:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        client.mail("ordo@example.com")
        client.rcpt("anna@example.com")
        return client.data(b"Subject: x\r\n\r\nx\r\n")[0]


def test_a_sink_without_room_for_a_letter_nor_for_words_asks_its_sender_to_come_again(sink: tuple[int, Path]) -> None:
    port, mailbox = sink
    assert send(port) == 250
    shutil.rmtree(mailbox / "tmp")
    assert send(port) == 452
    assert send(port) == 452
    (mailbox / "tmp").mkdir()
    assert send(port) == 250
