"""What is printed: each kind of fault, how often, what was lost or doubled in its time, and how long it was felt."""

from campaign import Strike
from finding import DOUBLED, LOST, Finding

HEAD = ["fault", "times", "lost", "doubled", "paid p50 s", "p99 s", "letter p50 s", "p99 s"]


def percentile(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]


def in_the_time_of(finding: Finding, strikes: list[Strike]) -> str:
    """The fault that came last before what the finding speaks of; empty: before all, or of no time."""
    if finding.at is None:
        return ""
    return next((one.title for one in reversed(strikes) if one.applied_at <= finding.at), "")


def times(strikes: list[Strike]) -> list[str]:
    """p50 and p99 until an order was paid, and until it had its letter."""
    stages = [sorted(one.paid_s for one in strikes), sorted(one.lettered_s for one in strikes)]
    return [f"{percentile(ascending, share):.2f}" for ascending in stages for share in (0.5, 0.99)]


def rows(strikes: list[Strike], findings: list[Finding]) -> list[list[str]]:
    blamed = [(in_the_time_of(finding, strikes), finding.kind) for finding in findings]
    lines = []
    for title in sorted({one.title for one in strikes}):
        same = [one for one in strikes if one.title == title]
        lines.append([title, str(len(same)), *(str(blamed.count((title, kind))) for kind in (LOST, DOUBLED)), *times(same)])
    of_no_time = [str(blamed.count(("", kind))) for kind in (LOST, DOUBLED)]
    if of_no_time != ["0", "0"]:
        lines.append(["(of no fault's time)", "", *of_no_time, "", "", "", ""])
    sums = [str(sum(finding.kind == kind for finding in findings)) for kind in (LOST, DOUBLED)]
    return [*lines, ["all", str(len(strikes)), *sums, *times(strikes)]] if strikes else lines


def table(head: list[str], lines: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    drawn = ["  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                       for column, (cell, width) in enumerate(zip(line, widths))) for line in [head, *lines]]
    return "\n".join([drawn[0], "  ".join("-" * width for width in widths), *drawn[1:]])


def fault_table(strikes: list[Strike], findings: list[Finding]) -> str:
    return table(HEAD, rows(strikes, findings))
