"""The letters in a Maildir, taken apart."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import cast


@dataclass(frozen=True)
class Letter:
    recipient: str
    subject: str
    text: str
    html: str
    correlation_id: str
    message_id: str
    traceparent: str


def read_letters(folder: Path) -> list[Letter]:
    """In no order; those under delivery (tmp/) are none yet."""
    return [read_letter(file) for part in ("new", "cur") for file in (folder / part).glob("*")]


@cache
def read_letter(file: Path) -> Letter:
    message = cast(EmailMessage, email.message_from_bytes(file.read_bytes(), policy=email.policy.default))
    return Letter(
        recipient=str(message["To"]), subject=str(message["Subject"]),
        text=part_of(message, "plain"), html=part_of(message, "html"),
        correlation_id=str(message["X-Correlation-Id"]), message_id=str(message["Message-ID"]),
        traceparent=str(message["Traceparent"]))


def part_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content())
