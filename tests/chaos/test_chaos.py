"""Whatever falls, hangs, fills up or is cut off: what was accepted is done once, and the system comes back by itself."""

import os
import secrets
from collections.abc import Callable

import disk
import network
import pytest
import stages
from scene import Outcome, Wanted, say

Part = Callable[[Wanted], Outcome | None]
LONG = bool(os.environ.get("ORDO_TEST_LONG"))
long_only = pytest.mark.skipif(not LONG, reason="only with --long; shorter: tests/chaos/run --disk --cluster")


@pytest.fixture
def play(capsys: pytest.CaptureFixture[str]) -> Callable[[Part], None]:
    """Plays one part. Its seed and tables are shown whether it goes well or not."""
    def play_and_require_good(part: Part) -> None:
        seed = int(os.environ.get("ORDO_CHAOS_SEED") or secrets.randbits(32))
        with capsys.disabled():
            say(f"\nseed {seed}")
            outcome = part(Wanted(seed, LONG))
        assert outcome, "the part was left out"
        assert [one.title for one in outcome.strikes if not one.is_recovered] == [], f"not recovered, seed {seed}"
        assert [f"{finding.kind}: {finding.text}" for finding in outcome.findings[:10]] == [], f"seed {seed}"
        assert outcome.accepted and outcome.strikes
    return play_and_require_good


def test_processes_that_are_killed_or_stand_still_lose_nothing_and_double_nothing(play: Callable[[Part], None]) -> None:
    play(stages.processes)


@long_only
@pytest.mark.skipif(bool(disk.why_no_disk()), reason=disk.why_no_disk())
def test_a_disk_that_was_full_heals_by_itself_when_there_is_room_again(play: Callable[[Part], None]) -> None:
    play(stages.disk_full)


@long_only
def test_a_cluster_loses_nothing_when_leaders_fall_and_the_network_is_cut(play: Callable[[Part], None]) -> None:
    play(stages.cluster)


@pytest.mark.skipif(bool(network.why_no_network()), reason=network.why_no_network())
def test_a_network_is_gone_when_it_is_no_longer_needed() -> None:
    with network.network() as nodes:
        namespaces = {node.namespace for node in nodes}
        assert namespaces <= set(network.namespaces())
    assert not namespaces & set(network.namespaces())
