#!/usr/bin/python3
"""Adds up JUnit files of ctest and pytest: prints how many tests passed, failed and were skipped.

A Catch2 program is one entry in ctest and many test cases; they are counted from the summary with which its output ends."""

import re
import sys
import xml.etree.ElementTree

ALL_PASSED = re.compile(r"^All tests passed \(.* in (\d+) test cases?\)", re.MULTILINE)
SOME_FAILED = re.compile(r"^test cases: +\d+ \|(.*)$", re.MULTILINE)
OUTCOME = re.compile(r"(\d+) (passed|failed as expected|failed)")


def catch2_cases(output):
    """(passed, failed) of a Catch2 program, or None when the text is no output of one that came to its end."""
    if all_passed := ALL_PASSED.findall(output):
        return int(all_passed[-1]), 0
    if some_failed := SOME_FAILED.findall(output):
        outcomes = {name: int(number) for number, name in OUTCOME.findall(some_failed[-1])}
        return outcomes.get("passed", 0) + outcomes.get("failed as expected", 0), outcomes.get("failed", 0)
    return None


def count(test):
    """(passed, failed, skipped) of one entry."""
    broken = test.find("failure") is not None or test.find("error") is not None or test.get("status") == "notrun"
    if not broken and (test.find("skipped") is not None or test.get("status") == "disabled"):
        return 0, 0, 1
    cases = catch2_cases(test.findtext("system-out") or "")
    if cases is None:
        return (0, 1, 0) if broken else (1, 0, 0)
    passed, failed = cases
    # A program may fail after its last test case: a leak, for example.
    return passed, max(failed, 1) if broken else failed, 0


def main():
    sums = [0, 0, 0]
    for file in sys.argv[1:]:
        for test in xml.etree.ElementTree.parse(file).iter("testcase"):
            sums = [total + more for total, more in zip(sums, count(test))]
    print(*sums)


if __name__ == "__main__":
    main()
