"""TLS at the edge, and what protects a reader: on every answer, whoever gives it."""

import json
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from client import spelled
from people import User, basket, new_user
from stack import Stack, until

PROTECTION = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


def trusting(stack: Stack) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=stack.address["ORDO_TLS_CERTIFICATE"])


def shake_hands(stack: Stack, version: ssl.TLSVersion, ciphers: str = "DEFAULT@SECLEVEL=0") -> tuple[str | None, str]:
    """The version that was agreed upon, and the cipher."""
    context = trusting(stack)
    context.set_ciphers(ciphers)
    context.minimum_version = context.maximum_version = version
    at = urlsplit(stack.address["ORDO_TLS_URL"])
    assert at.hostname
    with (socket.create_connection((at.hostname, at.port or 443), 10) as plain,
          context.wrap_socket(plain, server_hostname=at.hostname) as secret):
        cipher = secret.cipher()
        assert cipher
        return secret.version(), cipher[0]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_versions_before_1_2_are_refused_and_1_2_and_1_3_work(stack: Stack) -> None:
    for old in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        with pytest.raises(ssl.SSLError):
            shake_hands(stack, old)
    assert shake_hands(stack, ssl.TLSVersion.TLSv1_3)[0] == "TLSv1.3"
    version, cipher = shake_hands(stack, ssl.TLSVersion.TLSv1_2)
    assert version == "TLSv1.2" and cipher.startswith("ECDHE-") and ("GCM" in cipher or "CHACHA20" in cipher)


def test_ciphers_without_forward_secrecy_are_refused(stack: Stack) -> None:
    for ciphers in ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"):
        with pytest.raises(ssl.SSLError):
            shake_hands(stack, ssl.TLSVersion.TLSv1_2, ciphers + ":@SECLEVEL=0")


def test_no_ticket_is_given_out(stack: Stack) -> None:
    context = trusting(stack)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    at = urlsplit(stack.address["ORDO_TLS_URL"])
    assert at.hostname
    with (socket.create_connection((at.hostname, at.port or 443), 10) as plain,
          context.wrap_socket(plain, server_hostname=at.hostname) as secret):
        assert secret.session and not secret.session.has_ticket


def test_who_does_not_know_the_certificate_does_not_trust_it(stack: Stack) -> None:
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(stack.address["ORDO_TLS_URL"] + "/livez", timeout=10)


def ask(stack: Stack, path: str, body: dict[str, object] | None = None, base: str = "ORDO_TLS_URL",
        **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(stack.address[base] + path, None if body is None else json.dumps(body).encode(),
                                     {"Content-Type": "application/json"} | spelled(headers))
    try:
        with urllib.request.urlopen(request, timeout=40, context=trusting(stack) if base == "ORDO_TLS_URL" else None) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def test_waiting_works_over_tls_and_an_order_is_paid(stack: Stack, user: User) -> None:
    status, _, body = ask(stack, "/api/orders", basket(100), Authorization=f"Bearer {user.token}", Prefer="wait=10")
    assert status == 201 and json.loads(body)["status"] == "PAID"


def test_an_event_stream_comes_over_tls_as_it_happens(stack: Stack, user: User) -> None:
    curl = subprocess.Popen(["curl", "-sSN", "--max-time", "60", "--cacert", stack.address["ORDO_TLS_CERTIFICATE"], "-H", "@-",
                             stack.address["ORDO_TLS_URL"] + "/api/events"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert curl.stdin and curl.stdout
    with curl:
        curl.stdin.write(f"Authorization: Bearer {user.token}\n".encode())
        curl.stdin.close()
        assert curl.stdout.readline()  # the stream is open
        sign = f"over-tls-{user.name}"
        user.order(100, Prefer="wait=10", X_Correlation_Id=sign).expect(201)
        told = next((line for line in curl.stdout if sign.encode() in line), b"")
        curl.terminate()
    assert told, "nothing of the order within a minute"


def require_protection(headers: dict[str, str], secret: bool) -> None:
    for name, value in PROTECTION.items():
        assert headers.get(name) == value, (name, headers)
    assert "frame-ancestors 'none'" in headers["content-security-policy"] and "default-src 'none'" in headers["content-security-policy"]
    assert headers.get("cache-control"), headers
    assert ("strict-transport-security" in headers) == secret, headers


@pytest.mark.parametrize("base", ["ORDO_URL", "ORDO_TLS_URL"])
def test_every_answer_is_protected_whoever_gives_it(stack: Stack, user: User, base: str) -> None:
    secret, me = base == "ORDO_TLS_URL", {"Authorization": f"Bearer {user.token}"}
    asked = {
        200: ask(stack, "/api/users/me", base=base, **me),
        401: ask(stack, "/api/orders", base=base),
        404: ask(stack, "/nowhere", base=base),
        405: ask(stack, "/livez", {}, base=base),
        413: ask(stack, "/api/orders", {"items": "x" * 70_000}, base=base, **me),
        400: ask(stack, "/api/orders?limit=x", base=base, **me),
        422: ask(stack, "/api/orders", {"items": []}, base=base, **me),
        202: ask(stack, "/api/orders", basket(100), base=base, **me),
        414: ask(stack, "/" + "x" * 9_000, base=base),
    }
    for status, (answered, headers, _) in asked.items():
        assert answered == status, (status, answered)
        require_protection(headers, secret)
    for path in ("/api/orders", "/api/users/me"):
        assert "private" in ask(stack, path, base=base, **me)[1]["cache-control"]


def test_the_page_to_try_it_out_may_load_its_own_scripts_and_nothing_else(stack: Stack) -> None:
    for path in ("/swagger", "/swagger/start.js"):
        status, headers, _ = ask(stack, path)
        assert status == 200
        require_protection(headers, secret=True)
        assert headers["content-security-policy"].count("script-src 'self'") == 1


def test_what_nginx_answers_for_a_gateway_that_is_away_is_protected_too(frail_stack: Stack) -> None:
    """It is away for a moment only, so it may take several tries to meet it."""
    def met() -> dict[str, str] | None:
        frail_stack.kill("gateway")
        status, headers, _ = ask(frail_stack, "/livez", base="ORDO_URL")
        until(lambda: ask(frail_stack, "/readyz", base="ORDO_URL")[0] == 200, "the gateway is back", 60)
        return headers if status == 503 else None
    headers = until(met, "nginx answers for the gateway", 120)
    assert isinstance(headers, dict)
    require_protection(headers, secret=False)


def test_the_key_is_its_owners_alone(stack: Stack) -> None:
    assert (stack.folder / "tls/key.pem").stat().st_mode & 0o077 == 0
    assert new_user(stack)
