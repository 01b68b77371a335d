"""A client of event streams that comes again whenever it is cut off, as browsers do; and what it must have received in the end."""

import threading
import time
from collections.abc import Callable
from typing import Any, Self

from event_stream import Event, EventStream
from people import User


class Follower(threading.Thread):
    """Follows a stream from where it was begun until it is told to stop; `events` is what it has received, over all connections."""

    def __init__(self, url: str, path: str, token: str, last_event_id: str | None = None) -> None:
        super().__init__(daemon=True)
        self._url, self._path, self._token = url, path, token
        self.last_event_id = last_event_id
        self.events: list[Event] = []
        self.comments: list[str] = []
        self.connections = 0
        self.refusals: list[int] = []
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.join(30)

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with EventStream(self._url, self._path, self._token, self.last_event_id) as stream:
                    self._follow(stream)
            except OSError:
                pass
            self._stopping.wait(0.1)

    def _follow(self, stream: EventStream) -> None:
        if stream.status != 200:
            self.refusals.append(stream.status)
            return
        self.connections += 1
        while not stream.ended and not self._stopping.is_set():
            for event in stream.events(limit_s=0.2):
                self.events.append(event)
            self.last_event_id = stream.last_event_id
        self.comments += stream.comments

    def await_events(self, condition: Callable[[list[Event]], bool], limit_s: float = 60) -> None:
        deadline = time.monotonic() + limit_s
        while not condition(self.events):
            assert time.monotonic() < deadline, f"after {self.connections} connections: {[event.type for event in self.events]}"
            time.sleep(0.05)


def place_of(item: dict[str, Any]) -> tuple[str, int, int]:
    position = item["position"]
    return position["stream"], position["sequence"], position["index"]


def letters_in(events: list[Event]) -> int:
    """How many orders have come to their end: the letter is the last event of each."""
    return sum(event.type.startswith("NotificationSent") for event in events)


def assert_whole(events: list[Event], user: User, orders: list[str]) -> None:
    """No gap, no repeat, nothing else, each as the histories show it; each stream in order, and causes first."""
    with user.elsewhere() as asking:  # the connection of before may have been cut
        histories = [asking.get(f"/api/orders/{order}/history").expect(200).json()["items"] for order in orders]
    shown = {place_of(item): item for history in histories for item in history}
    places = [place_of(event.data) for event in events]
    assert len(set(places)) == len(places), "something came twice"
    assert set(places) == set(shown), f"missing {set(shown) - set(places)}, too much {set(places) - set(shown)}"
    seen = set()
    last: dict[str, tuple[int, int]] = {}
    for event, place in zip(events, places, strict=True):
        assert event.data == shown[place]
        assert event.type == event.data["type"]
        if event.data["cause"]:
            cause = event.data["cause"]
            assert (cause["stream"], cause["sequence"], cause["index"]) in seen, f"{place} came before its cause"
        if not place[0].startswith("COMMANDS"):
            assert place[1:] > last.get(place[0], (0, 0)), f"{place} came behind {last[place[0]]}"
            last[place[0]] = place[1:]
        seen.add(place)
