"""Requests that are no HTTP, or not quite: refused or closed, never misunderstood, by nginx and by the gateway alone."""

import base64

import pytest
from raw_http import the_one_answer

pytestmark = pytest.mark.usefixtures("nobody_falls")

HOST = b"Host: a\r\nConnection: close\r\n"


def get(path: bytes, *fields: bytes, version: bytes = b"HTTP/1.1") -> bytes:
    return b"GET " + path + b" " + version + b"\r\n" + HOST + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


# What is sent → the statuses that are right; nginx and the gateway may refuse the same for another reason.
REQUEST_LINES: dict[str, tuple[bytes, set[int]]] = {
    "noise": (bytes(range(128, 256)) * 4 + b"\r\n\r\n", {400}),
    "zeros": (b"\0" * 2000 + b"\r\n\r\n", {400}),
    "a greeting of TLS": (bytes.fromhex("16030100c8010000c40303") + b"\0" * 190 + b"\r\n\r\n", {400}),
    "a greeting of SSH": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", {400}),
    "a greeting of SMTP": (b"EHLO a\r\n\r\n", {400}),
    "a preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 405, 505}),
    "HTTP/0.9": (b"GET /livez\r\n\r\n", {400, 505}),
    "HTTP/1.0": (b"GET /livez HTTP/1.0\r\n\r\n", {200}),
    "HTTP/1.2": (get(b"/livez", version=b"HTTP/1.2"), {200, 505}),
    "HTTP/2.0": (get(b"/livez", version=b"HTTP/2.0"), {505}),
    "HTTP/1.1 with more behind it": (get(b"/livez", version=b"HTTP/1.1 x"), {400}),
    "another protocol": (get(b"/livez", version=b"ICY/1.1"), {400}),
    "no version and a field": (b"GET /livez\r\nHost: a\r\n\r\n", {400, 505}),
    "two blanks": (b"GET  /livez  HTTP/1.1\r\n" + HOST + b"\r\n", {200, 400}),
    "a tab for a blank": (b"GET\t/livez\tHTTP/1.1\r\n" + HOST + b"\r\n", {400}),
    "a small method": (b"get /livez HTTP/1.1\r\n" + HOST + b"\r\n", {400, 405}),
    "an unknown method": (b"BREW /livez HTTP/1.1\r\n" + HOST + b"\r\n", {400, 405}),
    "a long method": (b"A" * 9000 + b" /livez HTTP/1.1\r\n" + HOST + b"\r\n", {400, 405, 414}),
    "CONNECT": (b"CONNECT b.example:443 HTTP/1.1\r\nHost: b.example:443\r\nConnection: close\r\n\r\n", {400, 405}),
    "TRACE": (b"TRACE /livez HTTP/1.1\r\nX-Secret: hush\r\n" + HOST + b"\r\n", {405}),
    "an asterisk for a path": (get(b"*"), {400}),
    "no path": (b"GET HTTP/1.1\r\n" + HOST + b"\r\n", {400, 505}),
    "a path without its slash": (get(b"livez"), {400}),
    "an absolute URL": (get(b"http://b.example/livez"), {200}),
    "an absolute URL of another scheme": (get(b"gopher://b.example/livez"), {200, 400}),
    "an authority alone": (get(b"b.example:80"), {400}),
    "a fragment": (get(b"/livez#a"), {200, 400}),
    "a path of 9 KB": (get(b"/" + b"a" * 9000), {414}),
    "a path of a megabyte": (get(b"/" + b"a" * 1_000_000), {414, 431}),
    "a query of 9 KB": (get(b"/livez?a=" + b"a" * 9000), {414}),
    "a thousand parameters": (get(b"/api/orders?" + b"&".join(b"p%d=1" % n for n in range(1000))), {401, 414}),
    "a raw byte beyond ASCII": (get(b"/api/\xc3\xa4"), {400}),
    "a raw control character": (get(b"/api/\x01"), {400}),
    "bare line feeds": (b"GET /livez HTTP/1.1\nHost: a\nConnection: close\n\n", {200, 400}),
    "bare carriage returns": (b"GET /livez HTTP/1.1\rHost: a\r\r\r\n\r\n", {400}),
    "a thousand empty lines": (b"\r\n" * 1000 + get(b"/livez"), {200, 400}),
}


@pytest.mark.parametrize("what", REQUEST_LINES)
def test_a_strange_request_line_is_refused_or_understood_in_one_way(door: str, what: str) -> None:
    request, statuses = REQUEST_LINES[what]
    answer = the_one_answer(door, request, last_word=True)
    assert answer is None or answer.status in statuses, answer
    assert answer is None or b"hush" not in answer.head + answer.body, "what a client sends is not sent back"


PATHS = [b"//livez", b"/livez/", b"/./livez", b"/../livez", b"/api/../livez", b"/api/../../etc/passwd", b"/%2e%2e/etc/passwd", b"/%2e%2e%2fetc%2fpasswd",
         b"/..%5c..%5cetc", b"/api/orders/%00", b"/api/orders/%2F..%2F..", b"/api/orders/..;/x", b"/api/%6frders%", b"/%", b"/%f", b"/%zz", b"/%c0%af",
         b"/%ff%fe", b"/%ed%a0%80", b"/api/orders/%0d%0aSet-Cookie:%20a=b", b"/swagger/../../secrets", b"/swagger/%2e%2e/%2e%2e/secrets/jwt-private.pem",
         b"/swagger//etc/passwd", b"/swagger/%2fetc%2fpasswd", b"/problem", b"/.git/config", b"/api/orders/{id}", b"/\\..\\..", b"/a?b=%00", b"/a?%zz"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.decode(errors="backslashreplace"))
def test_no_path_leads_out_of_the_contract(door: str, path: bytes) -> None:
    answer = the_one_answer(door, get(path))
    assert answer is None or answer.status in {400, 401, 404} or (answer.status == 200 and b'"status"' in answer.body), answer
    assert answer is None or (b"root:" not in answer.body and b"PRIVATE" not in answer.body and not answer.header("Set-Cookie")), answer


FIELDS: dict[str, tuple[bytes, set[int]]] = {
    "20,000 fields": (b"".join(b"X-%d: a\r\n" % n for n in range(20_000)), {431}),
    "1 MB in one field": (b"X: " + b"a" * 1_000_000 + b"\r\n", {431}),
    "1 MB of a name": (b"a" * 1_000_000 + b": x\r\n", {400, 431}),
    "a field without a colon": (b"nonsense\r\n", {200, 400}),
    "a field without a name": (b": a\r\n", {200, 400}),
    "a blank before the colon": (b"X-A : a\r\n", {200, 400}),
    "a folded line": (b"X-A: a\r\n b\r\n", {200, 400}),
    "a NUL in a value": (b"X-A: a\0b\r\n", {400}),
    "a NUL in a name": (b"X\0A: a\r\n", {200, 400}),
    "a control character in a value": (b"X-A: a\x01b\r\n", {400}),
    "a bare carriage return in a value": (b"X-A: a\rX-B: b\r\n", {400}),
    "a bare line feed between fields": (b"X-A: a\nX-B: b\r\n", {200, 400}),
    "a value beyond ASCII": (b"X-A: \xc3\xa4\xff\r\n", {200}),
    "another host": (b"Host: b\r\n", {400}),
    "an offer of h2c": (b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n", {200}),
    "an offer of WebSocket": (b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\n", {200}),
    "what cannot be expected": (b"Expect: a miracle\r\n", {200, 417}),
    "a strange origin": (b"Origin: null, http://a\r\nAccess-Control-Request-Method: \t\r\n", {200}),
    "a cookie without a value": (b"Cookie: a\r\nCookie: =;;=\r\nCache-Control: max-age=x\r\n", {200}),
    "a correlation id with a line in it": (b"X-Correlation-Id: a\r\n b\r\n", {200, 400}),
    "a range of nothing": (b"Range: bytes=99999999999999999999-1\r\n", {200, 416}),
    "thousands of preferences": (b"Prefer: " + b"wait=1, " * 900 + b"\r\n", {200}),
    "thousands of tags": (b"If-None-Match: " + b'"a",' * 1900 + b"\r\n", {200}),
    "a forwarded chain": (b"X-Forwarded-For: " + b"1.2.3.4, " * 800 + b"nonsense\r\n", {200}),
}


@pytest.mark.parametrize("what", FIELDS)
def test_a_strange_header_field_is_refused_or_does_no_harm(door: str, what: str) -> None:
    fields, statuses = FIELDS[what]
    answer = the_one_answer(door, b"GET /livez HTTP/1.1\r\n" + HOST + fields + b"\r\n")
    assert answer is None or answer.status in statuses, answer
    assert answer is None or not answer.header("Upgrade"), answer


@pytest.mark.parametrize("host", [b"", b" ", b"a b", b"a/../b", b'"', b"a\x00b", b"[::1", b"a:b:c", b"\xff", b"a" * 8000], ids=repr)
def test_a_strange_host_is_refused_or_does_no_harm(door: str, host: bytes) -> None:
    answer = the_one_answer(door, b"GET /livez HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert answer is None or answer.status in {200, 400, 431}, answer


def test_a_basic_password_is_no_token(door: str) -> None:
    for credentials in (b"Basic " + base64.b64encode(b"admin:admin"), b"Bearer", b"Bearer  ", b"bearer " + b"A" * 7000, b"Bearer a\tb", b"Bearer \xff"):
        answer = the_one_answer(door, get(b"/api/orders", b"Authorization: " + credentials))
        assert answer and answer.status == 401 and answer.header("WWW-Authenticate").startswith("Bearer"), answer
