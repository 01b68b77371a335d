"""Latency at fixed rates, from when each order was due."""

from footprint import difference, look
from loads import Load, run_load
from rig import Rig
from settings import Figures, Measure, Settings, milliseconds, table

RATES = (100, 1_000, 5_000)
IDLE_RATE = 10
CONNECTIONS = 512  # so many under way before one that is due must wait for another's answer
WAIT_S = 10


def at_rate(rig: Rig, rate: int, seconds: int) -> Figures:
    """Twice: clients that take the 202, and clients that wait for the outcome."""
    before = look(rig)
    told = run_load(rig, Load(rate=rate, seconds=seconds, connections=CONNECTIONS))
    cost = difference(rig, before, look(rig), told["accepted"])
    waited = run_load(rig, Load(rate=rate, seconds=seconds, connections=CONNECTIONS, wait_s=WAIT_S))
    return {"told": told | cost, "waited": waited}


def latency(settings: Settings) -> Figures:
    with Rig(settings.users, **settings.environment) as rig:
        run_load(rig, Load(rate=RATES[0], seconds=1, connections=CONNECTIONS))  # every connection and cache has been used once
        return {str(rate): at_rate(rig, rate, settings.shorter(20)) for rate in RATES}


def idle(settings: Settings) -> Figures:
    with Rig(settings.users, **settings.environment) as rig:
        run_load(rig, Load(rate=RATES[0], seconds=1, connections=CONNECTIONS))
        return {str(IDLE_RATE): at_rate(rig, IDLE_RATE, settings.shorter(60))}


def show(figures: Figures) -> str:
    head = ["from when it was due, ms", "p50", "p99", "p99.9", "missed"]
    rows = []
    for rate, made in figures.items():
        told, waited = made["told"], made["waited"]
        for name, load, key in ((f"{int(rate):,}/s  POST → 202", told, "answer"), ("  POST → PAID, client waits", waited, "answer"),
                                ("  POST → PAID readable", told, "paid"), ("  POST → letter recorded", told, "recorded")):
            rows.append([name, *map(milliseconds, load[key].values()), f"{load['missed']:,}"])
    costs = [f"{int(rate):,}/s: {sum(us for name, us in made['told']['processor_us'].items() if name != 'machine')} µs and "
             f"{made['told']['switches']} switches between threads, {made['told']['fsyncs']['both']:.2f} fsyncs per order" for rate, made in figures.items()]
    return "\n".join([table([head, *rows]), *costs])


MEASURES = {
    "latency": Measure(latency, show, "at 100, 1,000 and 5,000 orders a second"),
    "idle": Measure(idle, show, "at 10 orders a second"),
}
