"""What lies in the mailbox, compared with what was recorded as sent."""

import re
from collections import Counter
from pathlib import Path

from finding import DOUBLED, LOST, WRONG, Finding

NOTIFICATION_ID = re.compile(rb"^Message-ID: *<([0-9a-f-]{36})@ordo>", re.MULTILINE | re.IGNORECASE)
HEAD_BYTES = 4096


def letters_in(folder: Path) -> Counter[str]:
    """Notification id → how often its letter came. More than once is allowed: whoever reads the letters drops a repeat by its Message-ID."""
    counts: Counter[str] = Counter()
    for part in ("new", "cur"):
        for file in (folder / part).glob("*"):
            with file.open("rb") as letter:
                found = NOTIFICATION_ID.search(letter.read(HEAD_BYTES))
            assert found, f"a letter without a name: {file}"
            counts[found.group(1).decode()] += 1
    return counts


def judge_letters(recorded: Counter[str], delivered: Counter[str]) -> list[Finding]:
    """`recorded`: notification id → how often the log says that it was sent."""
    found = [Finding(LOST, f"letter {identity} is recorded as sent and not in the mailbox") for identity in recorded.keys() - delivered.keys()]
    found += [Finding(WRONG, f"letter {identity} is in the mailbox and not recorded") for identity in delivered.keys() - recorded.keys()]
    return found + [Finding(DOUBLED, f"letter {identity} is recorded {count} times") for identity, count in recorded.items() if count > 1]
