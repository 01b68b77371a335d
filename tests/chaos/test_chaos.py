"""Whatever falls, hangs, fills up or is cut off: what was accepted is done once, and the system comes back by itself."""

import os
import secrets
from collections.abc import Iterator

import disk
import network
import pytest
import stages
from scene import Outcome, say

LONG = bool(os.environ.get("ORDO_TEST_LONG"))


@pytest.fixture
def seed(capsys: pytest.CaptureFixture[str]) -> Iterator[int]:
    """Printed first, like the tables that follow: without capturing, because a run that went well is to be seen, too."""
    chosen = int(os.environ.get("ORDO_CHAOS_SEED") or secrets.randbits(32))
    with capsys.disabled():
        say(f"\nseed {chosen}")
        yield chosen


def require_good(outcome: Outcome | None, seed: int) -> None:
    assert outcome, "the part was left out"
    assert [one.title for one in outcome.strikes if not one.recovered_at] == [], f"not recovered, seed {seed}"
    assert [f"{finding.kind}: {finding.text}" for finding in outcome.findings[:10]] == [], f"seed {seed}"
    assert outcome.accepted and outcome.strikes


def test_processes_that_are_killed_or_stand_still_lose_nothing_and_double_nothing(seed: int) -> None:
    require_good(stages.processes(seed, LONG, None), seed)


@pytest.mark.skipif(bool(disk.why_no_disk()), reason=disk.why_no_disk())
def test_a_disk_that_was_full_heals_by_itself_when_there_is_room_again(seed: int) -> None:
    require_good(stages.disk_full(seed, LONG, None), seed)


def test_a_cluster_loses_nothing_when_leaders_fall_and_the_network_is_cut(seed: int) -> None:
    require_good(stages.cluster(seed, LONG, None), seed)


@pytest.mark.skipif(bool(network.why_no_network()), reason=network.why_no_network())
def test_a_network_is_gone_when_it_is_no_longer_needed() -> None:
    with network.network() as nodes:
        namespaces = {node.namespace for node in nodes}
        assert namespaces <= set(network.namespaces())
    assert not namespaces & set(network.namespaces())
