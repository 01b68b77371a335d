"""Draws what tests/bench/rates measured, as plain SVG: latency above, what became of the orders below, over the offered rate."""

from collections.abc import Callable
from math import log10
from typing import Any

WIDTH, LEFT, RIGHT = 900, 80, 740
ABOVE, BELOW = (60, 360), (430, 620)  # top and bottom of each panel
INK, PALE = "#222222", "#d8d8d8"
Place = Callable[[float], float]
Line = tuple[str, str, str, list[tuple[float, float]]]  # its name, its colour, its dashes, its points


def scale(low: float, high: float, start: float, end: float, logarithmic: bool) -> Place:
    at = log10 if logarithmic else float
    return lambda value: start + (at(max(value, low)) - at(low)) / (at(high) - at(low)) * (end - start)


def text(x: float, y: float, words: str, anchor: str = "start", colour: str = INK, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" {more}>{words}</text>'


def stroke(points: list[tuple[float, float]], colour: str, dashes: str = "", width: float = 2) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"/>'


def curves(lines: list[Line], x: Place, y: Place) -> list[str]:
    """Each with its name at its end; names that would meet are moved apart."""
    drawn, taken = [], [0.0]
    for name, colour, dashes, points in sorted(lines, key=lambda line: y(line[3][-1][1])):
        placed = [(x(rate), y(value)) for rate, value in points]
        taken.append(max(placed[-1][1] + 4, taken[-1] + 15))
        drawn += [stroke(placed, colour, dashes), *(f'<circle cx="{at:.1f}" cy="{height:.1f}" r="2.5" fill="{colour}"/>' for at, height in placed),
                  text(RIGHT + 8, taken[-1], name, colour=colour)]
    return drawn


def frame(panel: tuple[int, int], title: str, ticks: list[tuple[float, str]], y: Place) -> list[str]:
    drawn = [text(LEFT, panel[0] - 12, title, more='font-weight="bold"')]
    for value, name in ticks:
        drawn += [stroke([(LEFT, y(value)), (RIGHT, y(value))], PALE, width=1), text(LEFT - 8, y(value) + 4, name, "end")]
    return drawn + [stroke([(LEFT, panel[0]), (LEFT, panel[1]), (RIGHT, panel[1])], INK, width=1)]


def rate_axis(points: list[dict[str, Any]], x: Place) -> list[str]:
    drawn, last = [text((LEFT + RIGHT) / 2, BELOW[1] + 40, "offered, orders/s (due by the clock, answered or not)", "middle")], 0.0
    for point in points:
        at = x(point["offered"])
        drawn.append(stroke([(at, BELOW[1]), (at, BELOW[1] + 5)], INK, width=1))
        if at - last > 45:
            drawn.append(text(at, BELOW[1] + 19, f"{point['offered']:,}", "end" if point is points[-1] else "middle"))
            last = at
    return drawn


def breaking_point(rate: int | None, x: Place) -> list[str]:
    if rate is None:
        return []
    at = x(rate)
    return [stroke([(at, ABOVE[0]), (at, BELOW[1])], "#b00020", "4 4", 1),
            text(at - 6, ABOVE[0] + 12, f"from {rate:,}/s on it does not keep up", "end", "#b00020")]


def latencies(points: list[dict[str, Any]]) -> list[Line]:
    def of(key: str, share: str) -> list[tuple[float, float]]:
        return [(point["offered"], point[key][share] / 1_000) for point in points if point["accepted"]]
    return [("202, p50", "#0b6e4f", "6 3", of("answer", "p50_us")), ("202, p99", "#0b6e4f", "", of("answer", "p99_us")),
            ("PAID readable, p50", "#1f4e9c", "6 3", of("paid", "p50_us")), ("PAID readable, p99", "#1f4e9c", "", of("paid", "p99_us"))]


def fates(points: list[dict[str, Any]]) -> list[Line]:
    def of(rate: Callable[[dict[str, Any]], float]) -> list[tuple[float, float]]:
        return [(point["offered"], rate(point)) for point in points]
    return [("accepted", "#0b6e4f", "", of(lambda point: point["accepted_per_second"])),
            ("paid and recorded", "#1f4e9c", "", of(lambda point: point["per_second"])),
            ("refused (429, 503)", "#b8860b", "", of(lambda point: point["refused_per_second"])),
            ("not sent or failed", "#b00020", "6 3", of(lambda point: (point["never_sent"] + point["failed"]) / point["load"]["seconds"]))]


def spell(seconds: int | None) -> str:
    return "not within 30 s" if seconds is None else f"after {seconds} s"


def draw(result: dict[str, Any], machine: str) -> str:
    points = result["points"]
    x = scale(points[0]["offered"], points[-1]["offered"], LEFT, RIGHT, True)
    above, below = latencies(points), fates(points)
    values = [value for line in above for _, value in line[3]]
    decades = [10.0**power for power in range(-1, 6) if 10.0**power >= min(values) / 10 and 10.0**power <= max(values) * 10]
    top = max(value for line in below for _, value in line[3])
    step = next(step for step in (500, 1_000, 2_000, 5_000, 10_000, 20_000) if top / step <= 6)
    latency, rate = scale(decades[0], decades[-1], ABOVE[1], ABOVE[0], True), scale(0, step * (top // step + 1), BELOW[1], BELOW[0], False)
    after = result["recovery"]
    said = (f"After the overload, at 500/s: answers are as quick as before {spell(after['answers_well_after_s'])}, "
            f"PAID is readable as soon as before {spell(after['paid_well_after_s'])}.")
    drawn = [*frame(ABOVE, "Latency from when an order was due, ms", [(value, f"{value:g}") for value in decades], latency),
             *curves(above, x, latency),
             *frame(BELOW, "What became of them, orders/s", [(step * number, f"{step * number:,}") for number in range(int(top // step) + 2)], rate),
             *curves(below, x, rate), *rate_axis(points, x), *breaking_point(result["broken_at"], x),
             text(LEFT, 24, "Ordo: latency against offered rate", more='font-size="17" font-weight="bold"'),
             text(LEFT, BELOW[1] + 66, said), text(LEFT, BELOW[1] + 84, machine, colour="#666666")]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{BELOW[1] + 100}" viewBox="0 0 {WIDTH} {BELOW[1] + 100}" '
            'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>\n' + "\n".join(drawn) + "\n</svg>\n")
