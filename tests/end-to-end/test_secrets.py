"""Secrets: nobody who reads the list of processes, a log or an answer learns one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from client import Client
from people import PASSWORD, basket, new_user
from stack import Stack, children_of, until

LEAST_LETTERS = 12
# In the environment of whoever starts the stack, as after reading another one's run.env.
OF_ANOTHER = "postgresql://ordo:the-password-of-another@127.0.0.1:1/ordo"


@pytest.fixture(scope="module")
def used() -> Iterator[Stack]:
    own = Stack(ORDO_POSTGRES_URL=OF_ANOTHER)
    yield own
    own.remove()


def key_lines(text: str) -> list[str]:
    """Of a PEM file: each line of the key itself."""
    return [line for line in text.splitlines() if line and not line.startswith("-----")]


def secrets_on_disk(stack: Stack) -> dict[str, str]:
    """What the stack knows, by name; of a private key each line. The public keys and the configuration around passwords are none."""
    found = {}
    for file in [*(stack.folder / "secrets").iterdir(), stack.folder / "tls/key.pem"]:
        if file.suffix == ".conf" or "public" in file.name or not file.is_file():
            continue
        for number, line in enumerate(key_lines(file.read_text())):
            found[f"{file.name}:{number}"] = line
    return found


def processes(stack: Stack) -> Iterator[Path]:
    """All below ./run, whoever started them."""
    waiting = [stack.process.pid]
    while waiting:
        process = waiting.pop()
        try:
            waiting += children_of(process)
        except FileNotFoundError:
            continue
        yield Path(f"/proc/{process}")


def leaks_in(text: str, secrets: dict[str, str]) -> list[str]:
    return [name for name, secret in secrets.items() if secret in text]


def personal_secrets(stack: Stack) -> tuple[dict[str, str], list[bytes]]:
    """What somebody who uses the system has that nobody else may see, and all that was answered to who asks wrongly."""
    user = new_user(stack, money=10_000)
    guest = stack.client()
    tokens = guest.post("/api/auth/login", {"username": user.name, "password": PASSWORD}).expect(200).json()
    wrong = "a wrong password that nobody has"
    answers = [
        guest.post("/api/auth/login", {"username": user.name, "password": wrong}),
        guest.post("/api/auth/register", {"username": user.name, "password": PASSWORD, "email": "not an address", "locale": "en"}),
        guest.post("/api/auth/refresh", {"refresh_token": tokens["refresh_token"] + "x"}),
        guest.send("POST", "/api/auth/login", '{"username": "' + user.name + '", "password": "' + wrong),
        Client(guest.url, tokens["access_token"][:-2] + "xx").get("/api/orders"),
        guest.get(f"/api/orders?access_token={tokens['access_token']}"),
        guest.get(f"/nowhere/{tokens['refresh_token']}"),
        user.post("/api/orders", {"password": PASSWORD} | basket(1)),
        user.get("/api/orders?cursor=wrong"),
        user.get("/readyz?verbose"),
        user.get("/metrics"),
    ]
    kept = {"access token": tokens["access_token"], "access token's signature": tokens["access_token"].split(".")[2],
            "refresh token": tokens["refresh_token"], "password": PASSWORD, "wrong password": wrong, "first access token": str(user.token)}
    guest.post("/api/auth/logout", {"refresh_token": tokens["refresh_token"]})
    echoed = guest.get(f"/nowhere/{tokens['refresh_token']}")
    return kept, [answer.body + str(answer.headers).encode() for answer in (*answers, echoed)]


def provoke_failures(stack: Stack) -> list[str]:
    """Whoever cannot reach what it needs says so, and quotes no address with a password. What the operator's commands said."""
    said = []
    for broken in ({"ORDO_NATS_URL": stack.address["ORDO_NATS_URL"].replace("127.0.0.1", "127.0.0.2")},
                   {"ORDO_POSTGRES_URL": stack.address["ORDO_POSTGRES_URL"].replace("/ordo", "/nowhere")},
                   {"ORDO_POSTGRES_URL": stack.address["ORDO_POSTGRES_URL"].replace("ordo:", "nobody:")}, {}):
        done = stack.try_ordo("doctor", **broken)
        said += [done.stdout, done.stderr]
    for fallen in ("nats", "postgres", "identity"):
        stack.kill_and_await_return(fallen)
    until(lambda: stack.try_ordo("status").returncode == 0, "every role serves again", 60)
    return said


def test_no_secret_stands_in_the_list_of_processes_in_a_log_or_in_an_answer(used: Stack) -> None:
    personal, answers = personal_secrets(used)
    said = provoke_failures(used)
    known = secrets_on_disk(used)
    assert {"postgres:0", "nats-gateway:0", "nats-operator:0", "postgres-gateway:0", "cursors:0", "jwt-private.pem:0",
            "key.pem:0"} <= known.keys()
    assert all(len(secret) >= LEAST_LETTERS for secret in (known | personal).values())
    for process in processes(used):
        line = (process / "cmdline").read_bytes().decode(errors="replace")
        assert not leaks_in(line, known | personal), f"{process}: {line[:80]}"
    # The card names the two log-ins, on the terminal of whoever started the stack.
    for log in sorted((used.folder / "logs").iterdir()):
        assert not leaks_in(log.read_text(errors="replace"), known | personal), log
    for text in said:
        assert not leaks_in(text, known | personal), text
    # What a client sends in a URL comes back to him nowhere either.
    for answer in answers:
        assert not leaks_in(answer.decode(errors="replace"), known | personal), answer[:200]


def test_what_holds_a_secret_is_its_owners_alone(used: Stack) -> None:
    for path in (used.folder / "secrets", used.folder / "logs"):
        assert path.stat().st_mode & 0o077 == 0, path
    for file in (*(used.folder / "secrets").iterdir(), used.folder / "run.env", used.folder / "tls/key.pem"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_each_role_is_told_its_own_secrets_and_no_others(used: Stack) -> None:
    known = secrets_on_disk(used)
    for role in ("gateway", "orders", "billing", "notifications", "identity", "projections"):
        environment = Path(f"/proc/{used.process_id(role)}/environ").read_bytes().decode(errors="replace")
        assert set(leaks_in(environment, known)) <= {f"postgres-{role}:0"} and OF_ANOTHER not in environment, role
        named = re.findall(r"secrets/([\w.-]+)", environment)
        others = {"jwt-private.pem"} if role != "identity" else set()
        assert not others & set(named) and {name for name in named if name.startswith("nats-")} == {f"nats-{role}"}, named


def test_a_password_on_a_command_line_is_not_understood(used: Stack) -> None:
    for flag in ("--nats-password", "--password", "--postgres-password"):
        assert used.try_ordo("status", flag, "secret").returncode == 64
