"""Events of several streams, told so that no effect comes before its cause."""


def place(event):
    return event["stream"], event["sequence"], event["index"]


def in_causal_order(events):
    """The streams are read side by side: an effect may be seen a moment before its cause, and waits for it here."""
    told, waiting = set(), list()
    for event in events:
        waiting.append(event)
        while ready := [one for one in waiting if "cause" not in one or place(one["cause"]) in told]:
            waiting.remove(ready[0])
            told.add(place(ready[0]))
            yield ready[0]
    yield from waiting
