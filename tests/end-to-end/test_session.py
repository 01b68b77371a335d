"""The session in projections/README.md is what an operator still sees."""

import re

from session import recorded, session_of
from stack import Stack


def shape_of(session: str) -> set[str]:
    """What stays from run to run: how the lines begin, but for those that show how far something has come, and for names with numbers."""
    words = (re.match(r"[^\w$]*([A-Za-z$][\w.$-]*)", line) for line in session.splitlines() if not line.startswith("["))
    return {word.group(1) for word in words if word and not re.search(r"\d", word.group(1))}


def test_the_recorded_session_is_what_an_operator_sees(stack: Stack) -> None:
    session = session_of(stack)
    assert "\x1b" not in session
    assert shape_of(session) == shape_of(recorded())
    assert "[#" in recorded()
