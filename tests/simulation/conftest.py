"""Prints the table of mutants at the end."""

import sys
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

sys.path.insert(0, str(Path(__file__).parent))

from mutants import table  # noqa: E402


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    results = getattr(config, "stash_mutants", None)
    if results:
        terminalreporter.write_sep("=", "mutants: what was broken on purpose, and what the simulation said")
        terminalreporter.write_line(table(results))
