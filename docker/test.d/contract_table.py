#!/usr/bin/python3
"""contract_table.py LINES RESULTS: each line of the contract with the tests that hold it and how they went.

LINES is a Markdown file whose tables have, in their last column, `file: test, test; file: test`; RESULTS a JUnit file of pytest."""

import collections
import re
import sys
import xml.etree.ElementTree
from pathlib import Path

ROW = re.compile(r"^\| (?P<line>.+?) \| (?P<tests>[^|]+) \|$", re.MULTILINE)


def rows(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(line, [(file, test)]); heads of tables are left out."""
    found = [(row["line"], named(row["tests"])) for row in ROW.finditer(text)]
    return [(line, tests) for line, tests in found if tests]


def named(tests: str) -> list[tuple[str, str]]:
    pairs = [part.strip().partition(": ") for part in tests.split(";")]
    return [(f"test_{file}", f"test_{name.strip()}") for file, colon, names in pairs if colon for name in names.split(",")]


def outcomes(results: str) -> dict[tuple[str, str], collections.Counter[str]]:
    went: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for case in xml.etree.ElementTree.parse(results).iter("testcase"):
        broken = case.find("failure") is not None or case.find("error") is not None
        outcome = "failed" if broken else "skipped" if case.find("skipped") is not None else "passed"
        went[case.get("classname", "").rpartition(".")[2], case.get("name", "").partition("[")[0]][outcome] += 1
    return went


def main() -> None:
    went = outcomes(sys.argv[2])
    held = 0
    lines = rows(Path(sys.argv[1]).read_text())
    for line, tests in lines:
        sums = sum((went[test] for test in tests), collections.Counter())
        state = "FAILED" if sums["failed"] else "passed" if all(went[test]["passed"] for test in tests) else "not run"
        held += state == "passed"
        print(f"{state:<8}{sums['passed']:>5}  {line}")
    print(f"{held} of {len(lines)} lines of the contract are held by tests that passed")


if __name__ == "__main__":
    main()
