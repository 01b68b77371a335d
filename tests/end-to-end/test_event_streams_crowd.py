"""A crowd of event streams on one gateway, two thousand in the long run: everybody is told, and its memory stays as it is."""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from event_stream import EventStream
from following import letters_in
from people import new_user
from stack import Stack, until
from tokens import reissued

LONG = bool(os.environ.get("ORDO_TEST_LONG"))
STREAMS = 2_000 if LONG else 300
OF_A_USER = 10
ROUNDS = 30 if LONG else 3
ORDERS_A_ROUND = 20
KB_PER_STREAM_MAX = 24
KB_GROWTH_MAX = 8 * 1024


def resident_kb(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def test_a_crowd_of_streams_is_told_and_costs_a_gateway_little_memory(stack: Stack) -> None:
    user = new_user(stack, money=1_000_000)
    gateway, url = stack.process_id("gateway"), stack.address["ORDO_URL"]
    before_kb = resident_kb(gateway)
    strangers = [reissued(stack, str(user.token), sub=str(uuid.uuid4())) for _ in range(STREAMS // OF_A_USER - 1)]
    tokens = [str(user.token), *strangers] * OF_A_USER
    with ThreadPoolExecutor(8) as pool:
        streams = list(pool.map(lambda token: EventStream(url, "/api/events", token).await_begin(), tokens))
    assert resident_kb(gateway) - before_kb < STREAMS * KB_PER_STREAM_MAX + KB_GROWTH_MAX
    mine = [stream for stream, token in zip(streams, tokens, strict=True) if token == user.token]
    after_first_kb = 0
    for _ in range(ROUNDS):
        for _ in range(ORDERS_A_ROUND):
            user.order(1).expect(202)
        for stream in mine:
            letters = 0
            while letters < ORDERS_A_ROUND:
                letters += letters_in(stream.until(lambda event: event.type.startswith("NotificationSent")))
        after_first_kb = after_first_kb or resident_kb(gateway)
    print(f"{before_kb} KB, with {STREAMS} streams {after_first_kb} KB, after {ROUNDS * ORDERS_A_ROUND} orders {resident_kb(gateway)} KB")
    assert resident_kb(gateway) - after_first_kb < KB_GROWTH_MAX
    for stream in streams:
        assert not stream.ended
        stream.close()

    def everybody_has_left() -> bool:
        again = [EventStream(url, "/api/events", user.token) for _ in range(OF_A_USER)]
        for stream in again:
            stream.close()
        return all(stream.status == 200 for stream in again)

    until(everybody_has_left, "the seats are free again", 20)
