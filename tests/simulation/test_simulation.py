"""Stories of a whole Ordo in virtual time, and what they would notice."""

import os
import subprocess

import pytest
from mutants import BUILD, MUTANTS, notice_all

PROGRAM = BUILD / "tests/simulation/simulation"
LONG = bool(os.environ.get("ORDO_TEST_LONG"))
SEEDS = 1_000_000 if LONG else 1_000
FIRST_SEED = 1_000_000 if LONG else 1


@pytest.fixture(scope="session")
def noticed(request: pytest.FixtureRequest) -> dict[str, str]:
    results = notice_all(MUTANTS)
    request.config.stash_mutants = results  # type: ignore[attr-defined]
    return results


def test_every_promise_is_kept_in_every_story_and_all_that_can_go_wrong_does() -> None:
    done = subprocess.run([PROGRAM, "--seeds", str(SEEDS), "--first-seed", str(FIRST_SEED), "--every-occurrence"],
                          capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_of_a_hundred_orders_at_once_as_many_are_paid_as_the_wallet_can_pay_for() -> None:
    done = subprocess.run([PROGRAM, "--rush", "--seeds", str(SEEDS), "--first-seed", str(FIRST_SEED)],
                          capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_seed_gives_the_same_story() -> None:
    told = [subprocess.run([PROGRAM, "--seeds", "20", "--jobs", jobs], capture_output=True, text=True, check=True).stdout
            for jobs in ("1", "2")]
    # The time that it took differs.
    first, second = ([line.rpartition(",")[0] or line for line in text.splitlines()] for text in told)
    assert first == second


@pytest.mark.parametrize("name", [mutant.name for mutant in MUTANTS])
def test_a_mutant_is_noticed(name: str, noticed: dict[str, str]) -> None:
    assert noticed[name]
