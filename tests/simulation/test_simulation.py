"""Stories of a whole Ordo in virtual time, and what they would notice."""

import os
import subprocess
from typing import Any

import pytest
from mutants import notice_all
from mutations import MUTANTS
from stories import PROGRAM, Told, tell

LONG = bool(os.environ.get("ORDO_TEST_LONG"))
SEEDS_MIN = 1_000
SEEDS_MAX = 10_000
SEEDS_LONG = 1_000_000
FIRST_SEED_LONG = 1_000_000
WITHIN_S = 15.0  # about as long as the fewest take on two processors


@pytest.fixture(scope="session")
def noticed(request: pytest.FixtureRequest) -> dict[str, str]:
    results = notice_all(MUTANTS)
    request.config.stash_mutants = results  # type: ignore[attr-defined]
    return results


def tell_all(capfd: Any, *options: str, within_s: float = WITHIN_S, seeds_long: int = SEEDS_LONG) -> Told:
    """As many as time allows; in the long run all, and it says how far it is."""
    def say(line: str) -> None:
        with capfd.disabled():
            print(line, flush=True)
    if LONG:
        told = tell(seeds_long, FIRST_SEED_LONG, options, progress=say)
    else:
        told = tell(SEEDS_MAX, 1, options, within_s, SEEDS_MIN)
    say(f"\n{told.table()}")
    return told


def test_every_promise_is_kept_in_every_story_and_all_that_can_go_wrong_does(capfd: Any) -> None:
    told = tell_all(capfd)
    assert not told.broken
    assert told.stories >= SEEDS_MIN
    assert told.events_min >= 1_000
    assert told.never() == []


def test_of_a_hundred_orders_at_once_as_many_are_paid_as_the_wallet_can_pay_for(capfd: Any) -> None:
    told = tell_all(capfd, "--rush", within_s=WITHIN_S / 6, seeds_long=SEEDS_LONG // 10)
    assert not told.broken
    assert told.stories >= SEEDS_MIN


def test_the_same_seed_gives_the_same_story() -> None:
    told = [subprocess.run([PROGRAM, "--seeds", "20", "--jobs", jobs], capture_output=True, text=True, check=True).stdout
            for jobs in ("1", "2")]
    # The time that it took differs.
    first, second = ([line.rpartition(",")[0] or line for line in text.splitlines()] for text in told)
    assert first == second


@pytest.mark.parametrize("name", [mutant.name for mutant in MUTANTS])
def test_a_mutant_is_noticed(name: str, noticed: dict[str, str]) -> None:
    assert noticed[name]
