"""What people call things reaches a letter, the operator's terminal and the log as text, and as nothing else."""

import email
from pathlib import Path

import pytest
from client import Client
from people import User
from stack import Stack, until

NAMES = {
    "a header": "Bcc: b@example.com", "an encoded word": "=?utf-8?q?Subject:_x?=", "a boundary": "--=_boundary--", "the end of a letter": ".",
    "a command": "QUIT", "mark-up": "<script>alert(1)</script><img src=x onerror=alert(1)>", "an entity": "&lt;&#60;\"'", "a template": "{{7*7}} ${7*7} %s %n {0}",
    "SQL": "'; drop table read.orders; --", "200 characters of four bytes": "😀" * 200, "marks upon marks": "Z" + "\u0301" * 199,
    "the other direction": "\u202ereversed", "no width": "\u200b\ufeff", "beyond all planes": "\U0010ffff", "a path": "../../../etc/passwd", "blanks": " " * 200,
}


def raw_letters_of(stack: Stack, recipient: str) -> list[bytes]:
    return [text for file in (Path(stack.address["ORDO_MAIL_DIR"]) / "new").glob("*") if recipient.encode() in (text := file.read_bytes())]


@pytest.mark.usefixtures("nobody_falls")
def test_whatever_an_item_is_called_its_letter_is_one_letter(stack: Stack, door: str, user: User) -> None:
    items = [{"sku": f"sku-{index}", "name": name, "quantity": 1, "unit_price": 1} for index, name in enumerate(NAMES.values())]
    with Client(door, user.token) as client:
        order = client.post("/api/orders", {"items": items, "currency": "EUR"}, Prefer="wait=20").expect(201).json()
    assert order["items"] == items
    until(lambda: raw_letters_of(stack, user.address), "the letter is there")
    (raw,) = raw_letters_of(stack, user.address)
    letter = email.message_from_bytes(raw)
    assert letter["To"] == user.address and letter["Bcc"] is None and letter["Cc"] is None
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    plain, html = (part.get_payload(decode=True).decode() for part in letter.get_payload())
    for name in NAMES.values():
        assert name.strip() in plain, name
    assert "<script>" not in html and "<img" not in html and "&lt;script&gt;" in html
    assert all(line.startswith((b" ", b"\t")) or b":" in line for line in raw.split(b"\n\n")[0].splitlines()), "a head is fields only"


@pytest.mark.usefixtures("nobody_falls")
def test_whatever_an_item_is_called_operators_are_shown_it_as_text(stack: Stack, user: User) -> None:
    body = {"items": [{"sku": "a", "name": name, "quantity": 1, "unit_price": 1} for name in NAMES.values()], "currency": "EUR"}
    order = user.post("/api/orders", body, Prefer="wait=10").expect(201).json()
    for command in (["explain", order["id"]], ["order", "show", order["id"]], ["events", "search", "--about", order["id"]]):
        shown = stack.ordo(*command)
        assert not [character for character in shown if ord(character) < 0x20 and character not in "\n\t"], shown
