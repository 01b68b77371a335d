"""What becomes of speed as the system grows: partitions, processes, and a long log."""

from dataclasses import replace
from typing import Any

from fixed_rate import CONNECTIONS, at_rate
from full_rate import cost_of, full_rate, speed_of
from loads import Load, run_load
from quoted import fill
from rig import LIMIT_S, Rig
from settings import Figures, Measure, Settings, milliseconds, table
from stack import Stack

EVENTS = 10_000_000
FILLED_PARTITIONS = 4  # as fill_log makes them
RATE = 1_000
SHAPES: tuple[dict[str, int], ...] = (
    {"ORDO_PARTITIONS": 1}, {"ORDO_PARTITIONS": 2}, {"ORDO_PARTITIONS": 4}, {"ORDO_PARTITIONS": 2, "ORDO_INSTANCES": 2})


def name_of(shape: dict[str, int]) -> str:
    partitions, instances = shape.get("ORDO_PARTITIONS", 4), shape.get("ORDO_INSTANCES", 1)
    return f"{partitions} partition{'s' if partitions > 1 else ''}, {instances} of each role"


def partitions(settings: Settings) -> Figures:
    """Each shape on a stack of its own, with the whole table."""
    def of(shape: dict[str, int]) -> Figures:
        with Rig(settings.users, **shape) as rig:
            return full_rate(rig, replace(settings, environment=shape))
    return {name_of(shape): of(shape) for shape in SHAPES}


def show_partitions(figures: Figures) -> str:
    head = ["", "orders/s", "202 p50 ms", "paid p50 ms", "fsyncs", "processor µs"]
    rows = [[name, f"{made['per_second']:,}", milliseconds(made["answer"]["p50_us"]), milliseconds(made["paid"]["p50_us"]),
             f"{made['fsyncs']['both']:.3f}", str(sum(us for role, us in made["processor_us"].items() if role != "machine"))]
            for name, made in figures.items()]
    return "\n".join([table([head, *rows]), *(f"{name}: {speed_of(made)}\n{cost_of(made)}" for name, made in figures.items())])


def loads_on(settings: Settings, events: int) -> dict[str, Any]:
    def first(servers: Stack) -> None:
        """The read model is made by a rebuild, which is quicker than following."""
        if events:
            fill(servers, events)
            servers.ordo("projections", "rebuild", limit_s=LIMIT_S)
    with Rig(settings.users, first, **(settings.environment | {"ORDO_PARTITIONS": FILLED_PARTITIONS})) as rig:
        run_load(rig, Load(rate=100, seconds=1, connections=CONNECTIONS))
        return {"fixed": at_rate(rig, RATE, settings.shorter(20)), "full": full_rate(rig, settings)}


def long_log(settings: Settings) -> Figures:
    """The same loads twice: on an empty log, and behind so many events."""
    events = 100_000 if settings.quick else EVENTS
    empty, filled = loads_on(settings, 0), loads_on(settings, events)
    return {"events": events, "empty": empty, "filled": filled,
            "of_empty": round(filled["full"]["per_second"] / max(1, empty["full"]["per_second"]), 3)}


def show_long_log(figures: Figures) -> str:
    head = ["", "empty log", f"{figures['events']:,} events"]
    both = (figures["empty"], figures["filled"])
    rows = [["orders/s, as fast as it takes", *(f"{loads['full']['per_second']:,}" for loads in both)],
            ["processor time per order, µs", *(str(sum(us for name, us in loads["full"]["processor_us"].items() if name != "machine"))
                                               for loads in both)]]
    for what, load, key in (("POST → 202", "told", "answer"), ("POST → PAID, client waits", "waited", "answer"),
                            ("POST → PAID readable", "told", "paid")):
        rows.append([f"{what} at {RATE:,}/s: p50, p99 ms",
                     *(", ".join(milliseconds(loads["fixed"][load][key][share]) for share in ("p50_us", "p99_us")) for loads in both)])
    return table([head, *rows]) + f"\nwith the long log it is {figures['of_empty']:.3f} times as fast"


MEASURES = {
    "partitions": Measure(partitions, show_partitions, "1, 2 and 4 partitions, and two of each role"),
    "long_log": Measure(long_log, show_long_log, f"{EVENTS:,} events in the log against none"),
}
