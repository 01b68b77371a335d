"""Tokens as attackers make them: put together by hand, so that every part can be wrong; signed with any key, also with the real one."""

import base64
import hashlib
import hmac
import json
import subprocess
import time
from pathlib import Path
from typing import Any

from stack import Stack

GONE = object()  # a claim or a header that is left out


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_json(members: dict[str, Any]) -> bytes:
    """`Raw` members stand in it as they are: numbers that no program would write."""
    parts = [f"{json.dumps(name)}:{value.text if isinstance(value, Raw) else json.dumps(value)}" for name, value in members.items()
             if value is not GONE]
    return ("{" + ",".join(parts) + "}").encode()


class Raw:
    def __init__(self, text: str) -> None:
        self.text = text


def changed(members: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (members | changes).items() if value is not GONE}


def raw_signature(der: bytes) -> bytes:
    """Two DER integers become 32 bytes each, side by side."""
    first = der[4:4 + der[3]]
    second = der[6 + der[3]:]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (first, second))


class Forger:
    """Knows what an attacker may know, and, to make each fault stand alone, the real key as well."""

    def __init__(self, stack: Stack, token: str) -> None:
        secrets = stack.folder / "secrets"
        self.private, self.public = secrets / "jwt-private.pem", (secrets / "jwt-public.pem").read_bytes()
        header, claims, _ = token.split(".")
        self.header, self.claims, self.token = json.loads(decode(header)), json.loads(decode(claims)), token
        self.foreign = stack.folder / "foreign.pem"
        if not self.foreign.exists():
            subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", self.foreign],
                           check=True, capture_output=True)

    def signing_input(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return f"{encode(to_json(changed(self.header, header)))}.{encode(to_json(changed(self.claims, claims)))}"

    def der_signature(self, text: str, key: Path) -> bytes:
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), check=True, capture_output=True).stdout

    def signed(self, header: dict[str, Any] | None = None, key: Path | None = None, **claims: Any) -> str:
        text = self.signing_input(header or {}, claims)
        return f"{text}.{encode(raw_signature(self.der_signature(text, key or self.private)))}"

    def with_secret(self, algorithm: str, secret: bytes, **claims: Any) -> str:
        text = self.signing_input({"alg": algorithm}, claims)
        digest = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}[algorithm[-3:]]
        return f"{text}.{encode(hmac.new(secret, text.encode(), digest).digest())}"

    def unsigned(self, algorithm: object, signature: str = "") -> str:
        return f"{self.signing_input({'alg': algorithm}, {'roles': ['admin']})}.{signature}"

    def public_jwk(self) -> dict[str, str]:
        """The foreign key as a header would carry it."""
        der = subprocess.run(["openssl", "pkey", "-in", self.foreign, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
        return {"kty": "EC", "crv": "P-256", "x": encode(der[-64:-32]), "y": encode(der[-32:])}


def now() -> int:
    return int(time.time())
