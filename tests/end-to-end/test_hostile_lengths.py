"""Where does this request end? Whoever can make two servers answer that differently smuggles requests past the first one. Nobody can."""

import pytest
from raw_http import RawAnswer, answers, connected, exchange, read_to_end, require_safe, the_one_answer

pytestmark = pytest.mark.usefixtures("nobody_falls")

BODY = b"{}"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def post(fields: bytes, body: bytes) -> bytes:
    return b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + fields + b"\r\n" + body


def chunked(body: bytes, field: bytes = b"Transfer-Encoding: chunked\r\n") -> bytes:
    return post(field, body)


# Every one of these must be refused, and the connection ended, so that what stands behind it is nobody's request.
DOUBTFUL = {
    "a length and chunks": post(b"Content-Length: 35\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + SMUGGLED),
    "chunks and a length": post(b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"5c\r\n" + SMUGGLED),
    "two lengths": post(b"Content-Length: 2\r\nContent-Length: 37\r\n", BODY + SMUGGLED),
    "two equal lengths": post(b"Content-Length: 2\r\nContent-Length: 2\r\n", BODY + SMUGGLED),
    "a list of lengths": post(b"Content-Length: 2, 37\r\n", BODY + SMUGGLED),
    "a length with a plus": post(b"Content-Length: +2\r\n", BODY + SMUGGLED),
    "a length with a minus": post(b"Content-Length: -2\r\n", BODY + SMUGGLED),
    "a length with a blank in it": post(b"Content-Length: 2 2\r\n", BODY + SMUGGLED),
    "a length in hexadecimal": post(b"Content-Length: 0x2\r\n", BODY + SMUGGLED),
    "a length with a fraction": post(b"Content-Length: 2.0\r\n", BODY + SMUGGLED),
    "a length with letters": post(b"Content-Length: 2abc\r\n", BODY + SMUGGLED),
    "an empty length": post(b"Content-Length: \r\n", SMUGGLED),
    "a length beyond 64 bits": post(b"Content-Length: 18446744073709551618\r\n", BODY + SMUGGLED),
    "a length of a gigabyte": post(b"Content-Length: 1073741824\r\n", BODY),
    "an unknown coding": chunked(BODY + SMUGGLED, b"Transfer-Encoding: xchunked\r\n"),
    "chunked and identity": chunked(b"0\r\n\r\n" + SMUGGLED, b"Transfer-Encoding: chunked, identity\r\n"),
    "identity and chunked": chunked(b"0\r\n\r\n" + SMUGGLED, b"Transfer-Encoding: identity, chunked\r\n"),
    "two codings": chunked(b"0\r\n\r\n" + SMUGGLED, b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"),
    "a coding behind a vertical tab": chunked(b"0\r\n\r\n" + SMUGGLED, b"Transfer-Encoding: \x0bchunked\r\n"),
    "an empty coding": chunked(b"0\r\n\r\n" + SMUGGLED, b"Transfer-Encoding: \r\n"),
    "a quoted coding": chunked(b"0\r\n\r\n" + SMUGGLED, b'Transfer-Encoding: "chunked"\r\n'),
    "a chunk larger than 64 bits": chunked(b"10000000000000002\r\n" + BODY + b"\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk of a negative size": chunked(b"-2\r\n" + BODY + b"\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk's size with 0x": chunked(b"0x2\r\n" + BODY + b"\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk's size with a plus": chunked(b"+2\r\n" + BODY + b"\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk that is longer than it says": chunked(b"1\r\n" + BODY + b"\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk without a size": chunked(b"\r\n" + BODY + b"\r\n0\r\n\r\n" + SMUGGLED),
}


@pytest.mark.parametrize("what", DOUBTFUL)
def test_a_request_whose_end_is_doubtful_is_refused_and_nothing_behind_it_is_heard(door: str, what: str) -> None:
    answer = the_one_answer(door, DOUBTFUL[what])
    assert answer and answer.status in {400, 411, 413}, answer


# A blank before the colon, a folded line: nginx passes over such a field or ends the connection, but never passes it on.
HIDDEN = {
    "a blank before the colon": b"Transfer-Encoding : chunked\r\n",
    "a tab before the colon": b"Transfer-Encoding\t: chunked\r\n",
    "a folded coding": b"Transfer-Encoding:\r\n chunked\r\n",
    "a field that hides the coding": b"X: a\r\n Transfer-Encoding: chunked\r\n",
    "an underscore": b"Transfer_Encoding: chunked\r\n",
    "a byte before the name": b"\x00Transfer-Encoding: chunked\r\n",
    "a bare carriage return": b"X: a\rTransfer-Encoding: chunked\r\n",
}


@pytest.mark.parametrize("what", HIDDEN)
def test_a_hidden_coding_is_refused_or_heard_by_nobody(door: str, what: str) -> None:
    """The length decides; a chunked reader would take the body for the end and SMUGGLED for a request of its own."""
    body = b"0\r\n\r\n" + SMUGGLED
    answer = the_one_answer(door, post(b"Connection: close\r\nContent-Length: %d\r\n" % len(body) + HIDDEN[what], body))
    assert answer is None or answer.status == 400, answer


FINE = {
    "a length with zeros": post(b"Connection: close\r\nContent-Length: 0002\r\n", BODY),
    "an extension of a chunk": chunked(b"2;a=b\r\n" + BODY + b"\r\n0\r\n\r\n", b"Connection: close\r\nTransfer-Encoding: chunked\r\n"),
    "fields behind the chunks": chunked(b"2\r\n" + BODY + b"\r\n0\r\nContent-Length: 9\r\n\r\n", b"Connection: close\r\nTransfer-Encoding: chunked\r\n"),
    "capitals": chunked(b"2\r\n" + BODY + b"\r\n0\r\n\r\n", b"Connection: close\r\ntRaNsFeR-eNcOdInG: CHUNKED\r\n"),
}


@pytest.mark.parametrize("what", FINE)
def test_an_unusual_length_is_read_as_the_standard_says_or_not_at_all(door: str, what: str) -> None:
    answer = the_one_answer(door, FINE[what])
    assert answer and answer.status in {422, 411}, answer  # 422: {} names nobody; 411: the gateway alone takes no chunks


def test_a_body_of_a_get_is_no_request_of_its_own(door: str) -> None:
    request = b"GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED
    found = answers(exchange(door, request + b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", last_word=True))
    assert [answer.status for answer in found] in ([200], [200, 200]), found  # the gateway alone answers the first of a pipeline


@pytest.mark.parametrize("size", [65_537, 1_000_000])
@pytest.mark.parametrize("how", ["length", "chunks"])
def test_a_body_beyond_the_limit_is_refused_without_being_read(door: str, how: str, size: int) -> None:
    body = b'{"username":"' + b"a" * size + b'"}'
    request = post(b"Content-Length: %d\r\n" % len(body), body) if how == "length" else chunked(b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
    answer = the_one_answer(door, request)
    assert answer is None or answer.status in {411, 413}, answer


def test_a_client_that_waits_to_be_asked_for_its_body_is_asked_or_refused(door: str) -> None:
    with connected(door) as connection:
        connection.sendall(post(b"Connection: close\r\nContent-Length: 2\r\nExpect: 100-continue\r\n", b""))
        first = connection.recv(65536)
        assert first.startswith(b"HTTP/1.1 100 ") and first.endswith(b"\r\n\r\n"), first
        connection.sendall(BODY)
        (final,) = answers(read_to_end(connection))
    require_safe(final)
    assert final.status == 422


def test_a_refusal_comes_before_a_body_that_is_never_asked_for(door: str) -> None:
    answer = the_one_answer(door, post(b"Content-Length: 99999999\r\nExpect: 100-continue\r\n", b""))
    assert answer and answer.status == 413, answer


@pytest.mark.parametrize("request_bytes", [
    b"GET /livez HTT", b"GET /livez HTTP/1.1\r\nHost: a\r\nX: ", post(b"Content-Length: 20\r\n", b"{"), chunked(b"5\r\n{"), b"",
], ids=["in the request line", "in a field", "in the body", "in a chunk", "before a word"])
def test_a_client_that_leaves_in_the_middle_is_forgotten(door: str, request_bytes: bytes) -> None:
    found: list[RawAnswer] = answers(exchange(door, request_bytes, last_word=True))
    for answer in found:
        require_safe(answer)
        assert answer.status in {400, 408, 411}, answer


def test_pipelined_requests_are_each_answered_or_asked_again(door: str) -> None:
    one = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    found = answers(exchange(door, one * 20 + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), last_word=True))
    assert 1 <= len(found) <= 21 and {answer.status for answer in found} == {200}
