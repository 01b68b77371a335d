"""Keys of access tokens: shown to whoever asks, exchanged while everything runs, and recorded."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from client import Client
from forged import Forger, decode
from people import PASSWORD, new_user
from stack import Stack, until


@pytest.fixture(scope="module")
def turning() -> Iterator[Stack]:
    own = Stack(ORDO_INSTANCES="2")
    yield own
    own.remove()


def key_ids(stack: Stack) -> list[str]:
    keys = stack.client().get("/.well-known/jwks.json").expect(200).json()["keys"]
    assert all(key["kty"] == "EC" and key["alg"] == "ES256" and key["use"] == "sig" and "d" not in key for key in keys)
    return [key["kid"] for key in keys]


def key_id_of(token: str) -> str:
    return str(json.loads(decode(token.split(".")[0]))["kid"])


def log_in(stack: Stack, name: str) -> str:
    return str(stack.client().post("/api/auth/login", {"username": name, "password": PASSWORD}).expect(200).json()["access_token"])


def test_keys_are_exchanged_under_load_and_no_token_is_refused(turning: Stack) -> None:
    user = new_user(turning)
    assert user.token
    before = key_id_of(user.token)
    assert key_ids(turning) == [before]
    private = (turning.folder / "secrets/jwt-private.pem").read_text()

    done = False

    def use_tokens() -> set[int]:
        statuses = set()
        while not done:
            statuses.add(Client(turning.address["ORDO_URL"], log_in(turning, user.name)).get("/api/users/me").status)
            statuses.add(user.elsewhere().get("/api/users/me").status)
        return statuses
    with ThreadPoolExecutor(2) as pool:
        users = [pool.submit(use_tokens) for _ in range(2)]
        said = turning.ordo("keys", "rotate", "--reason", "a test", "--output", "json")
        until(lambda: key_id_of(log_in(turning, user.name)) != before, "identity signs with the new key", 10)
        done = True
        assert all(user_of.result() == {200} for user_of in users)

    after = key_id_of(log_in(turning, user.name))
    assert [(key["kid"], key["use"]) for key in json.loads(said)] == [(before, "checks"), (after, "signs")]
    until(lambda: key_ids(turning) == [before, after], "both keys are shown")

    assert turning.try_ordo("keys", "retire", before).returncode == 1  # nobody is there to be asked
    assert turning.try_ordo("keys", "retire", after, "--yes").returncode == 2
    assert turning.try_ordo("keys", "retire", before, "--yes").returncode == 0
    until(lambda: all(Client(turning.address["ORDO_URL"], user.token).get("/api/users/me").status == 401 for _ in range(4)),
          "no gateway accepts tokens of the retired key")
    log_in(turning, user.name)

    records = [json.loads(line) for line in turning.ordo("audit", "--output", "ndjson").splitlines()]
    assert {"keys rotate", "keys retire"} <= {record["action"] for record in records}
    for file in (turning.folder / "logs").glob("*.log"):
        assert not [line for line in private.splitlines()[1:-1] if line in file.read_text(errors="replace")], file


def test_a_key_that_was_made_up_opens_nothing_though_the_files_are_read_again(turning: Stack) -> None:
    user = new_user(turning)
    assert user.token
    forger = Forger(turning, user.token)
    turning.client(forger.signed(key=forger.foreign)).get("/api/users/me").expect(401)
