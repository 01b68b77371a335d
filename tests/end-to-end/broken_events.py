"""Events that no version of Ordo writes, put into the inbox by hand: as a faulty or a newer gateway would."""

import json
import socket
import time
import uuid
from urllib.parse import urlsplit

from stack import Stack

PARTITIONS = 4


def partition_of(user_id: str) -> int:
    """FNV-1a, as events/log/stream.cpp has it."""
    hashed = 0xCBF29CE484222325
    for byte in uuid.UUID(user_id).bytes:
        hashed = (hashed ^ byte) * 0x100000001B3 % 2**64
    return (hashed >> 32) % PARTITIONS


def _field(number: int, value: bytes | int) -> bytes:
    """One field of a Protobuf message."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def _run_of_one(type_: str, payload: bytes, user_id: str, order_id: str | None) -> bytes:
    """As events/log/v1/log.proto has it; without a checksum, as the first version wrote."""
    event = _field(1, uuid.uuid4().bytes) + _field(2, type_.encode()) + _field(4, b"broken-by-hand") + _field(7, time.time_ns() // 1_000_000)
    event += _field(8, payload) + _field(9, uuid.UUID(user_id).bytes)
    if order_id:
        event += _field(10, uuid.UUID(order_id).bytes)
    return _field(2, event)


def _publish(url: str, subject: str, message: bytes) -> int:
    """Answers the sequence that the stream gave it."""
    at = urlsplit(url)
    with socket.create_connection((at.hostname, at.port), 10) as connection, connection.makefile("rb") as lines:
        options = {"verbose": False, "pedantic": False, "user": at.username, "pass": at.password}
        lines.readline()  # INFO
        connection.sendall(b"CONNECT " + json.dumps({name: value for name, value in options.items() if value is not None}).encode() + b"\r\n")
        connection.sendall(f"SUB _ack 1\r\nPUB {subject} _ack {len(message)}\r\n".encode() + message + b"\r\n")
        while not (line := lines.readline()).startswith(b"MSG"):
            assert line and not line.startswith(b"-ERR"), line
        answer = json.loads(lines.read(int(line.split()[-1])))
        return int(answer["seq"])


def put_command(stack: Stack, subject: str, type_: str, user_id: str, order_id: str | None, payload: bytes = b"\xff\xff") -> int:
    """A command of this type and with this payload, about the order or else about the user."""
    message = _run_of_one(type_, payload, user_id, order_id)
    return _publish(stack.address["ORDO_NATS_URL"], f"{subject}.{partition_of(user_id)}", message)
