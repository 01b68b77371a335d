"""Access tokens that identity would not issue, signed with the stack's own key: what the gateway makes of their claims can be seen."""

import base64
import json
import subprocess
from typing import Any

from stack import Stack


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def reissued(stack: Stack, token: str, **claims: Any) -> str:
    """The token with other claims, under a signature that holds."""
    header, payload, _ = token.split(".")
    said = json.loads(decoded(payload)) | claims
    signed = f"{header}.{encoded(json.dumps(said).encode())}"
    done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", stack.folder / "secrets" / "jwt-private.pem"],
                          input=signed.encode(), capture_output=True, timeout=20, check=True)
    return f"{signed}.{encoded(flat(done.stdout))}"


def flat(der: bytes) -> bytes:
    """r and s of an ECDSA signature (SEQUENCE of two INTEGERs), 32 bytes each, as a token has them."""
    r_size = der[3]
    r, s = der[4:4 + r_size], der[6 + r_size:]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (r, s))
