"""Every line of the contract names tests that there are."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docker/test.d"))

from contract_table import rows  # noqa: E402

LINES = (ROOT / "tests/end-to-end/contract_lines.md").read_text()


def test_a_line_of_the_contract_names_tests_that_exist() -> None:
    missing = []
    for _, tests in rows(LINES):
        for file, name in tests:
            source = ROOT / "tests/end-to-end" / f"{file}.py"
            if not source.is_file() or not re.search(rf"^def {name}\(", source.read_text(), re.MULTILINE):
                missing.append(f"{file}.py: {name}")
    assert not missing


def test_every_line_of_the_contract_names_a_test() -> None:
    table_rows = [line for line in LINES.splitlines() if line.startswith("|") and not re.fullmatch(r"[|-]+|\| line \| held by \|", line)]
    assert len(rows(LINES)) == len(table_rows)


def test_every_path_of_the_interface_has_a_line() -> None:
    served = re.findall(r"^  (/\S+):$", (ROOT / "gateway/openapi.yaml").read_text(), re.MULTILINE)
    spoken_of = LINES.replace("/refresh`, `/logout`", "/refresh`, `/api/auth/logout`")
    assert not [path for path in served if path not in spoken_of and not path.endswith("events")]
