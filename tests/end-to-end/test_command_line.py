"""The command line keeps its promises in every subcommand: help that teaches, exit codes, results for programs, colours."""

import json
import os
import pty
import subprocess
import uuid
from pathlib import Path

import pytest
from help_tree import Command, walk
from people import User
from stack import ROOT, Stack, environment_of, until

PROGRAM = Path(os.environ.get("ORDO_BINARY", ROOT / "build/release/cli/ordo"))
MISUSED = 64
AN_ORDER, A_USER, A_CORRELATION = "0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4", "anna", "checkout-42"
# Those that change nothing: their examples are run.
READING = ("status", "doctor", "explain", "order show", "wallet show", "events", "audit", "verify", "parked list", "parked show",
           "snapshots list", "projections ls", "projections lag", "projections checksum", "completion", "--help")


@pytest.fixture(scope="module")
def commands(stack: Stack) -> list[Command]:
    del stack  # only so that the program is there
    return walk(PROGRAM)


def test_every_subcommand_teaches_by_an_example_of_its_own(commands: list[Command]) -> None:
    assert len(commands) > 25
    assert not [command.name for command in commands if not any(command.name in example for example in command.examples())]


def test_every_option_and_subcommand_says_what_it_is_for(commands: list[Command]) -> None:
    assert commands[0].entries("Options")["--output TEXT:{table,json,ndjson} (Env:ORDO_OUTPUT)"] == "table, json or ndjson"
    assert not [f"{command.name}: {entry}" for command in commands
                for entry, said in command.entries("Options", "Positionals", "Subcommands").items() if not said]


def test_every_subcommand_is_called_by_its_name_and_says_where_to_find_what_all_take(commands: list[Command]) -> None:
    assert not [command.name for command in commands if f"Usage: {command.name} [OPTIONS]" not in command.text]
    assert not [command.name for command in commands[1:] if "Every command takes --output, " not in command.text]


def test_no_example_has_a_comment_which_zsh_would_take_for_words(commands: list[Command]) -> None:
    assert not [example for command in commands for example in command.examples() if " #" in example]


def test_every_command_that_tells_something_says_how_it_ends(commands: list[Command]) -> None:
    telling = [command for command in commands[1:] if not command.subcommands()]
    assert not [command.name for command in telling if "Exit: " not in command.text]


def test_what_is_not_understood_is_told_by_one_exit_code_in_every_subcommand(commands: list[Command]) -> None:
    for command in commands:
        done = subprocess.run([PROGRAM, *command.words, "--no-such-option"], capture_output=True, text=True, timeout=30, check=False)
        assert (done.returncode, done.stdout) == (MISUSED, ""), command.name
        assert "--help" in done.stderr, command.name
    for words in ([], ["nonsense"], ["status", "--output", "xml"], ["explain", "nonsense"], ["events", "show", "nowhere"], ["parked", "retry"]):
        assert subprocess.run([PROGRAM, *words], capture_output=True, timeout=30, check=False).returncode == MISUSED, words
    assert subprocess.run([PROGRAM, "--version"], capture_output=True, timeout=30, check=False).returncode == 0


def test_the_examples_that_change_nothing_can_be_run_as_they_stand(
        commands: list[Command], stack: Stack, user: User, tmp_path: Path) -> None:
    order = user.order(10, Prefer="wait=10", X_Correlation_Id=f"example-{uuid.uuid4()}").expect(201)
    order_id, correlation = order.json()["id"], order.headers["X-Correlation-Id"]
    stack.ordo("events", "tail", "--since-start", "--correlation", correlation, "--count", "5", "--timeout", "30")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/ordo").symlink_to(stack.program())
    (tmp_path / "var").symlink_to(stack.folder)
    run = {}
    for example in {example for command in commands for example in command.examples()}:
        words = example.split("ordo ", 1)[1]
        if not words.startswith(READING) and "--help" not in words:
            continue
        line = example.replace(AN_ORDER, order_id).replace(A_USER, user.name).replace(A_CORRELATION, correlation)
        line = line.replace("--watch", "--watch --times 1")  # or it would never end
        line += " --since-start --timeout 1" if words == "events tail" else ""
        environment = environment_of(stack.folder, **stack.address) | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-o", "pipefail", "-c", f"page() {{ :; }}; {line}"], env=environment, cwd=tmp_path,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, 1, 2), f"{line}: {done.returncode}\n{done.stdout}{done.stderr}"
        says_nothing = words.startswith("completion") or "ndjson" in words  # a script that is read; rows that there are not
        assert done.stdout or done.returncode or says_nothing, f"{line}: {done.stderr}"
        run[words] = done.returncode
    assert run[f"explain {AN_ORDER}"] == 0 and run[f"events search --correlation {A_CORRELATION}"] == 0
    assert len(run) > 15


LISTING = (["status"], ["rights"], ["doctor"], ["audit"], ["parked", "list"], ["snapshots", "list"], ["events", "search", "--limit", "2"],
           ["events", "tail", "--since-start", "--count", "2", "--timeout", "30"], ["verify"], ["projections", "ls"], ["projections", "lag"],
           ["projections", "checksum"])


@pytest.mark.parametrize("words", LISTING, ids=" ".join)
def test_every_result_is_one_json_document_or_json_lines(stack: Stack, user: User, words: list[str]) -> None:
    user.top_up(10)
    whole = stack.try_ordo(*words, "--output", "json")
    json.loads(whole.stdout)
    lines = stack.try_ordo(*words, "--output", "ndjson").stdout.splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)
    table = stack.try_ordo(*words)
    assert "\033" not in table.stdout + whole.stdout


def test_what_was_made_is_told_to_programs_as_well(stack: Stack, tmp_path: Path) -> None:
    made = json.loads(stack.ordo("setup", "--output", "json"))
    assert made == {"set_up": True, "version": made["version"], "partitions": 4, "replicas": 1}
    assert stack.ordo("setup").startswith("set up by version ")
    file = tmp_path / "events.ndjson"
    exported = json.loads(stack.ordo("export", str(file), "--stream", "USERS", "--output", "json"))
    assert exported["file"] == str(file) and exported["streams"] == 4
    assert exported["messages"] <= exported["events"] == len(file.read_text().splitlines()) - 2


def at_a_terminal(stack: Stack, *words: str, typed: bytes = b"", **environment: str) -> tuple[int, str]:
    """Runs it with a terminal of its own, types, and returns the exit code and what stood there."""
    master, slave = pty.openpty()
    env = environment_of(stack.folder, **stack.address | {"TERM": "xterm"} | environment)
    env = {name: value for name, value in env.items() if name != "NO_COLOR" or name in environment}
    with subprocess.Popen([stack.program(), *words], env=env, cwd=ROOT, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        os.write(master, typed)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        code = process.wait(30)
    os.close(master)
    return code, shown.decode(errors="replace")


def test_colours_are_for_terminals_and_not_with_no_color(stack: Stack) -> None:
    until(lambda: stack.try_ordo("status").returncode == 0, "the system is healthy", 30)
    assert "\033[32mhealthy" in at_a_terminal(stack, "status")[1]
    assert "\033" not in at_a_terminal(stack, "status", NO_COLOR="1")[1]
    assert "\033" not in at_a_terminal(stack, "status", TERM="dumb")[1]


def test_what_destroys_asks_a_person_and_never_hangs_without_one(stack: Stack) -> None:
    nobody = stack.try_ordo("snapshots", "delete", "BILLING-0", limit_s=20)
    assert nobody.returncode == 1 and "--yes" in nobody.stderr
    code, shown = at_a_terminal(stack, "snapshots", "delete", "BILLING-0", typed=b"n\n")
    assert code == 1 and "[y/N]" in shown and "nothing was changed" in shown
    code, shown = at_a_terminal(stack, "snapshots", "delete", "BILLING-0", typed=b"y\n")
    assert code == 0 and "BILLING-0 deleted" in shown
    assert json.loads(stack.ordo("snapshots", "delete", "BILLING-0", "--yes", "--output", "json")) == [{"stream": "BILLING-0", "deleted": True}]
