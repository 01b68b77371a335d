"""What is printed: each kind of fault, how often, what was lost or doubled in its time, and how long it was felt."""

from campaign import Strike
from verdict import Finding


def percentile(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]


def in_the_time_of(finding: Finding, strikes: list[Strike]) -> str:
    """The fault that came last before what the finding speaks of; empty: before all, or of no time."""
    if finding.at is None:
        return ""
    return next((one.title for one in reversed(strikes) if one.applied_at <= finding.at), "")


def rows(strikes: list[Strike], findings: list[Finding]) -> list[list[str]]:
    blamed = [(in_the_time_of(finding, strikes), finding.kind) for finding in findings]
    lines = []
    for title in [*sorted({one.title for one in strikes}), ""]:
        seconds = sorted(one.recovery_s for one in strikes if one.title == title)
        counts = [str(blamed.count((title, kind))) for kind in ("lost", "doubled")]
        if seconds:
            lines.append([title, str(len(seconds)), *counts, f"{percentile(seconds, 0.5):.2f}", f"{percentile(seconds, 0.99):.2f}"])
        elif counts != ["0", "0"]:
            lines.append(["(before any)", "", *counts, "", ""])
    everything = sorted(one.recovery_s for one in strikes)
    sums = [str(sum(finding.kind == kind for finding in findings)) for kind in ("lost", "doubled")]
    if everything:
        lines.append(["all", str(len(everything)), *sums, f"{percentile(everything, 0.5):.2f}", f"{percentile(everything, 0.99):.2f}"])
    return lines


def table(head: list[str], lines: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    drawn = ["  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                       for column, (cell, width) in enumerate(zip(line, widths))) for line in [head, *lines]]
    return "\n".join([drawn[0], "  ".join("-" * width for width in widths), *drawn[1:]])


HEAD = ["fault", "times", "lost", "doubled", "recovery p50 s", "p99 s"]


def fault_table(strikes: list[Strike], findings: list[Finding]) -> str:
    return table(HEAD, rows(strikes, findings))
