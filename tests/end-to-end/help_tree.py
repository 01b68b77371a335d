"""What `ordo --help` tells, of the program and of every subcommand below it."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

MEANING_COLUMN = 30  # what is said about an entry begins here, on its own line or on the next


def meaning_in(line: str) -> str:
    return "" if line[:MEANING_COLUMN].strip() else line.strip()


@dataclass(frozen=True)
class Command:
    words: tuple[str, ...]  # ("events", "tail"); none: the program itself
    text: str

    @property
    def name(self) -> str:
        return " ".join(("ordo", *self.words))

    def entries(self, *titles: str) -> dict[str, str]:
        """Of the sections with these titles: each entry and what is said about it."""
        lines, found, inside = self.text.splitlines(), {}, False
        for line, behind in zip(lines, [*lines[1:], ""], strict=True):
            if line and not line.startswith(" "):
                inside = line.rstrip(":") in titles
            elif inside and line.startswith("  ") and line[2] != " ":
                fits = line[MEANING_COLUMN - 1:MEANING_COLUMN] in ("", " ")
                said = line[MEANING_COLUMN:] if fits else ""
                found[(line[:MEANING_COLUMN] if fits else line).strip()] = said or meaning_in(behind)
        return found

    def subcommands(self) -> list[str]:
        return list(self.entries("Subcommands"))

    def examples(self) -> list[str]:
        return re.findall(r"^Example: (.*)$", self.text, re.MULTILINE)


def walk(program: Path, *words: str) -> list[Command]:
    """The command and all below it."""
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, timeout=30, check=True)
    command = Command(words, done.stdout)
    return [command, *(below for name in command.subcommands() for below in walk(program, *words, name))]
