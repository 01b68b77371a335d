"""./run starts no cluster that would delete its own log."""

import subprocess
from pathlib import Path

import pytest
from stack import ROOT, environment_of


def store_with_a_stream(folder: Path, node: str, remembered: bool) -> Path:
    store = folder / node / "jetstream"
    stream = store / "$G/streams/ORDERS-0"
    stream.mkdir(parents=True)
    if remembered:
        (store / "$SYS/_js_/_meta_").mkdir(parents=True)
    return stream


@pytest.mark.parametrize("remembering", [0, 1])
def test_servers_that_have_mostly_forgotten_their_streams_are_not_started(tmp_path: Path, remembering: int) -> None:
    streams = [store_with_a_stream(tmp_path, f"nats-{number}", number <= remembering) for number in (1, 2, 3)]
    done = subprocess.run([ROOT / "run", "services"], env=environment_of(tmp_path, ORDO_NATS_NODES="3"), cwd="/", text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    assert done.returncode != 0
    assert "would delete the log" in done.stderr
    assert all(stream.is_dir() for stream in streams)
    assert not list((tmp_path / "pids").iterdir())
