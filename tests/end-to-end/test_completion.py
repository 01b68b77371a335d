"""Completion in the shells themselves: what they offer is what the program takes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from help_tree import walk
from stack import ROOT, Stack

PROGRAM = Path(os.environ.get("ORDO_BINARY", ROOT / "build/release/cli/ordo"))
IN_BASH = '. <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ordo; printf "%s\\n" "${COMPREPLY[@]}"'
# A pseudo-terminal of zsh's own: keys are pressed, and what stands there is read.
IN_ZSH = """
zmodload zsh/zpty
zpty shell zsh -fi
zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -d $2/compdump; . <($1 completion zsh); path=($2 \\$path); echo rea''dy"
zpty -r shell said '*ready*'
zpty -w -n shell "$3"$'\\t\\t'
zpty -r shell said "*$4*" && print -r -- "$said"
"""


@pytest.fixture(scope="module", autouse=True)
def built(stack: Stack) -> None:
    del stack


def offered(*words: str, cwd: Path = ROOT) -> set[str]:
    done = subprocess.run(["bash", "-c", IN_BASH, PROGRAM, "ordo", *words], capture_output=True, text=True, timeout=30, check=True, cwd=cwd)
    assert not done.stderr, done.stderr
    return set(done.stdout.split())


def test_every_subcommand_and_option_that_help_knows_is_offered_by_bash() -> None:
    for command in walk(PROGRAM):
        words = set(command.subcommands())
        words |= {name.split()[0] for entry in command.entries("Options") for name in entry.split(",") if name.startswith("--")}
        assert words <= offered(*command.words, "") | offered(*command.words, "--"), command.name


def test_a_word_that_is_begun_narrows_what_bash_offers() -> None:
    assert offered("st") == {"status"}
    assert offered("events", "s") == {"show", "search"}
    assert offered("status", "--wa") == {"--watch"}
    assert offered("--output", "json", "events", "tail", "--cou") == {"--count"}
    assert offered("events", "tail", "--since-start", "--cou") == {"--count"}, "a flag takes no value"


def test_bash_offers_the_values_that_there_are() -> None:
    assert offered("status", "--output", "") == {"table", "json", "ndjson"}
    assert offered("--output", "n") == {"ndjson"}
    assert offered("status", "--output", "=", "j") == {"json"}
    assert offered("parked", "list", "--context", "") == {"orders", "billing", "notifications", "projections"}
    assert offered("users", "add", "--role", "") == {"user", "admin"}
    assert offered("completion", "") >= {"bash", "zsh"}
    assert offered("events", "tail", "--count", "") == set()


def test_bash_offers_files_where_a_file_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").touch()
    assert offered("users", "add", "--password-file", "sec", cwd=tmp_path) == {"secret.txt"}


def test_options_of_every_command_stand_back_until_they_are_asked_for() -> None:
    assert "--nats-url" not in offered("audit", "")
    assert "--nats-url" in offered("audit", "--")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize(("typed", "expected"), [("ordo sta", "status"), ("ordo events se", "search"), ("ordo status --output nd", "ndjson")])
def test_zsh_completes_as_bash_does(tmp_path: Path, typed: str, expected: str) -> None:
    (tmp_path / "ordo").symlink_to(PROGRAM)
    done = subprocess.run(["zsh", "-f", "-c", IN_ZSH, "zsh", PROGRAM, tmp_path, typed, expected], capture_output=True, text=True, timeout=60,
                          check=False)
    assert expected in done.stdout, done.stdout + done.stderr
