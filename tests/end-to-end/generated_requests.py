"""Requests to one operation of the contract, from a seed: valid ones, nearly valid ones, and broken ones."""

import copy
import json
import random
import urllib.parse
import uuid
from dataclasses import dataclass, field
from typing import Any

from contract import Contract, Operation

STRANGE_TEXTS = ["", " ", "null", "\u0000", "\r\nBcc: all@example.com", "../../etc/passwd", "'; drop table orders; --", "\U0001f600" * 40, "x" * 300,
                 "%00", "\u202e", "<script>", "9" * 30]
STRANGE_VALUES: list[Any] = [None, True, False, 0, -1, 1.5, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, [], {}, [[]], "", "1", "x" * 5000]
BROKEN_BODIES = [b"", b"{", b"[]", b"null", b"{}{}", b'{"a":1,}', b'{"a": 1e400}', b'{"a": NaN}', b"\xff\xfe{}", b'{"\xc3\x28": 1}', b"[" * 17 + b"]" * 17,
                 b'{"currency": "EUR", "currency": "USD"}', b'{"a":"\\ud800"}', b'{"a": "\x00"}', b"\xef\xbb\xbf{}"]
SAMPLES = {  # of patterns; what is not here is an id
    "^[A-Z]{3}$": ["EUR", "USD", "JPY"],
    "^([+][1-9][0-9]{6,14})?$": ["", "+491701234567"],
    "^[A-Za-z][A-Za-z0-9._-]{2,31}$": [],  # a new name each time
}


@dataclass
class Known:
    """What earlier answers told, for requests that build on them."""

    user_id: str
    username: str
    password: str
    orders: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)
    refresh_tokens: list[str] = field(default_factory=list)
    event_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Generated:
    path: str
    headers: dict[str, str]
    body: bytes | None
    # Whether the contract allows it as a whole; nothing: it does not say, as of ids and cursors that may be anybody's.
    is_valid: bool | None

    def __str__(self) -> str:
        return f"{self.path} {self.headers} {self.body[:300] if self.body is not None else None!r}"


class Generator:
    def __init__(self, contract: Contract, operation: Operation, seed: str, known: Known) -> None:
        self.contract, self.operation, self.known = contract, operation, known
        self.random = random.Random(seed)

    def request(self) -> Generated:
        body, is_body_valid = self._body()
        headers, are_headers_valid = self._headers(body)
        query, is_query_valid = self._query()
        path = self.operation.path
        for parameter in self.contract.parameters(self.operation, "path"):
            path = path.replace("{" + parameter["name"] + "}", urllib.parse.quote(self._path_value(parameter["name"]), safe=""))
        is_valid = is_body_valid and are_headers_valid and is_query_valid
        return Generated(path + query, headers, body, is_valid)

    def _chance(self, of_a_hundred: int) -> bool:
        return self.random.randrange(100) < of_a_hundred

    def _path_value(self, name: str) -> str:
        known = {"id": self.known.orders[-50:], "user_id": [self.known.user_id], "username": [self.known.username]}.get(name, [])
        if known and self._chance(60):
            return self.random.choice(known)
        strange = [text for text in STRANGE_TEXTS if text not in ("", "\u0000")] + ["me"]
        return self.random.choice([str(uuid.UUID(int=self.random.getrandbits(128))), *self.random.sample(strange, 2)])

    def _query(self) -> tuple[str, bool]:
        chosen, is_valid = [], True
        for parameter in self.contract.parameters(self.operation, "query"):
            if self._chance(70) or (parameter["name"] == "offset" and any(name == "cursor" for name, _ in chosen)):
                continue
            value, good = self._query_value(parameter)
            is_valid = is_valid and good
            chosen.append((parameter["name"], value))
        return ("?" + urllib.parse.urlencode(chosen) if chosen else ""), is_valid

    def _query_value(self, parameter: dict[str, Any]) -> tuple[str, bool]:
        schema = self.contract.resolved(parameter["schema"])
        if parameter["name"] == "cursor":
            known = self._chance(70) and self.known.cursors
            return (self.random.choice(self.known.cursors), False) if known else (self.random.choice(STRANGE_TEXTS), False)
        if parameter["name"] == "user_id":
            return (self.known.user_id, True) if self._chance(60) else (self.random.choice(STRANGE_TEXTS), False)
        if self._chance(60):
            return str(self._valid(schema)), True
        value = self.random.choice([*STRANGE_TEXTS, "-1", "0", "101", "10001", "1e2", "+1", "NEW"])
        return value, (parameter["name"] == "verbose" and value != "\u0000") or (value == "NEW" and parameter["name"] == "status")

    def _headers(self, body: bytes | None) -> tuple[dict[str, str], bool]:
        headers, is_valid = {}, True
        if body is not None:
            media_type = "application/json" if self._chance(95) else self.random.choice(["text/plain", "application/xml", "", "application/json; charset=latin1"])
            headers["Content-Type"] = media_type
            is_valid = media_type == "application/json"
        for parameter in self.contract.parameters(self.operation, "header"):
            if self._chance(60):
                continue
            value, good = self._header_value(parameter["name"])
            headers[parameter["name"]] = value
            is_valid = is_valid and good
        return headers, is_valid

    def _header_value(self, name: str) -> tuple[str, bool]:
        if name == "Idempotency-Key":
            return self.random.choice([(f"key-{self.random.randrange(40)}", False), (uuid.UUID(int=self.random.getrandbits(128)).hex, True),
                                       ('"quoted"', False), ("", False), ("k" * 256, False)])
        if name == "Prefer":
            return self.random.choice(["wait=1", "wait=0", "wait=-1", "wait", "respond-async, wait=1", "wait=9999999999999999999999", "=,;"]), True
        if name == "Ordo-After":
            return (self.random.choice(self.known.positions), True) if self.known.positions and self._chance(80) else ("nonsense", False)
        if name == "Last-Event-ID":
            return self.random.choice([*self.known.event_ids[-20:], "", "nonsense", "1"]), False
        if name == "If-None-Match":
            return self.random.choice([*self.known.tags[-20:], "*", '"x"', "nonsense"]), True
        return self.random.choice(["mine-1", "a" * 128, "a" * 129, "not valid", "-"]), True

    def _body(self) -> tuple[bytes | None, bool]:
        schema = self.contract.body_schema(self.operation)
        if schema is None or (not self.contract.is_body_required(self.operation) and self._chance(20)):
            return None, True
        if self._chance(20):
            return self.random.choice(BROKEN_BODIES), False
        value = self._valid(schema)
        if self.operation.name == "login" and self._chance(50):
            value = {"username": self.known.username, "password": self.known.password}
        if self._chance(50):
            self._spoil(value)
        return json.dumps(value, ensure_ascii=self._chance(50)).encode(), not self.contract.faults(schema, value)

    def _spoil(self, value: Any) -> None:
        """One thing, somewhere in it."""
        while isinstance(value, (dict, list)) and value:
            key = self.random.choice(list(value) if isinstance(value, dict) else range(len(value)))
            if isinstance(value[key], (dict, list)) and value[key] and self._chance(80):
                value = value[key]
                continue
            match self.random.randrange(4):
                case 0: del value[key]
                case 1: value[key] = copy.deepcopy(self.random.choice(STRANGE_VALUES))
                case 2: value[key] = self.random.choice(STRANGE_TEXTS)
                case _ if isinstance(value, dict): value[self.random.choice(["id", "roles", "status", "total", "is_admin", "__proto__"])] = 1
                case _: value.extend([copy.deepcopy(value[0])] * 101)
            return

    def _valid(self, schema: dict[str, Any]) -> Any:
        schema = self.contract.resolved(schema)
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        if "oneOf" in schema:
            return self._valid(self.random.choice(schema["oneOf"]))
        match schema.get("type"):
            case "object":
                required = schema.get("required", [])
                return {name: self._member(name, said) for name, said in schema.get("properties", {}).items()
                        if name in required or self._chance(40)}
            case "array":
                return [self._valid(schema["items"]) for _ in range(self.random.randint(schema.get("minItems", 0), min(schema.get("maxItems", 3), 3)))]
            case "integer":
                return self.random.choice([schema["minimum"], self.random.randint(schema["minimum"], min(schema["maximum"], 1000))])
            case "null":
                return None
        return self._text(schema)

    def _member(self, name: str, schema: dict[str, Any]) -> Any:
        if name == "user_id":
            return self.known.user_id
        if name == "email":
            return f"{self.random.getrandbits(40):x}@example.com"
        if name == "refresh_token" and self.known.refresh_tokens and self._chance(50):
            return self.random.choice(self.known.refresh_tokens)
        return self._valid(schema)

    def _text(self, schema: dict[str, Any]) -> str:
        pattern = schema.get("pattern", "")
        if known := SAMPLES.get(pattern):
            return self.random.choice(known)
        if pattern.startswith("^[A-Za-z][A-Za-z0-9._-]{2"):
            return f"made-{self.random.getrandbits(60):x}"
        length = self.random.randint(max(schema.get("minLength", 0), 0), min(schema.get("maxLength", 20), 20))
        return "".join(self.random.choice("abc ABC-äß漢é'\"\\/<&") for _ in range(length))
