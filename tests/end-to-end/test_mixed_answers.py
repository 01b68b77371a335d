"""Nobody is ever sent the answer that belongs to somebody else, even when half of the clients hang up early."""

import os
import subprocess

import pytest
from stack import ROOT, Stack

LONG = bool(os.environ.get("ORDO_TEST_LONG"))


@pytest.mark.parametrize(("address", "path", "requests"), [
    pytest.param("ORDO_URL", "/livez", 1_000_000 if LONG else 100_000, id="through the edge"),
    pytest.param("ORDO_GATEWAY_URL", "/livez", 100_000, id="straight at the gateway"),
    pytest.param("ORDO_GATEWAY_URL", "/readyz", 20_000, id="straight at the gateway, answered by another thread"),
])
def test_half_of_the_clients_abort_and_no_answer_is_anothers(stack: Stack, address: str, path: str, requests: int) -> None:
    program = ROOT / "build/release/tests/end-to-end/mixed_answers"
    done = subprocess.run(
        [program, "--url", stack.address[address], "--path", path, "--requests", str(requests), "--concurrency", "64",
         "--abort-ratio", "0.5", "--seed", "1"], capture_output=True, text=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = dict(word.split("=", 1) for word in done.stdout.split() if "=" in word)
    assert told["wrong"] == "0"
    assert int(told["answered"]) > 0.4 * requests, done.stdout
