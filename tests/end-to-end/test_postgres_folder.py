"""Where Postgres keeps its data when its user cannot reach var/: identity's tables are nowhere else, so nothing may lose them."""

import subprocess
from pathlib import Path

import pytest
from stack import ROOT


def prepare(var: Path, outside: Path) -> subprocess.CompletedProcess[str]:
    """The steps of a start that look at folders outside of var/, without a server."""
    script = f"""
        set -euo pipefail
        . "{ROOT}/docker/run.d/say.sh"
        . "{ROOT}/docker/run.d/postgres.sh"
        ORDO_VAR={var}
        claim_postgres_folder
        tell_of_postgres_folders {outside}
    """
    return subprocess.run(["bash", "-c", script], text=True, capture_output=True, timeout=60, check=False)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


def place(var: Path, outside: Path, name: str) -> Path:
    """A var/ with its data outside, as an earlier start left them."""
    folder = outside / f"postgres.{name}"
    (folder / "data").mkdir(parents=True)
    (folder / "data/PG_VERSION").write_text("15\n")
    (folder / "of").write_text(f"{var}\n")
    var.mkdir()
    (var / "postgres").symlink_to(folder)
    return folder


def test_a_var_that_was_moved_keeps_its_data(tmp_path: Path, outside: Path) -> None:
    folder = place(tmp_path / "before", outside, "mine")
    (tmp_path / "before").rename(tmp_path / "after")
    done = prepare(tmp_path / "after", outside)
    assert done.returncode == 0 and done.stdout == "", done.stdout + done.stderr
    assert (folder / "data/PG_VERSION").exists()
    assert (folder / "of").read_text() == f"{tmp_path / 'after'}\n"


def test_the_data_of_others_are_never_deleted_and_named_once_when_their_var_is_not_there(tmp_path: Path, outside: Path) -> None:
    mine, living, gone = (place(tmp_path / name, outside, name) for name in ("mine", "living", "gone"))
    (tmp_path / "gone").rename(tmp_path / "unmounted")
    told = prepare(tmp_path / "mine", outside)
    assert told.returncode == 0, told.stderr
    assert f"rm -r {gone}" in told.stdout and str(living) not in told.stdout and str(mine) not in told.stdout
    assert prepare(tmp_path / "mine", outside).stdout == ""
    assert all((folder / "data/PG_VERSION").exists() for folder in (mine, living, gone))


def test_a_copy_of_a_var_does_not_share_its_data(tmp_path: Path, outside: Path) -> None:
    folder = place(tmp_path / "mine", outside, "mine")
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy/postgres").symlink_to(folder)
    done = prepare(tmp_path / "copy", outside)
    assert done.returncode == 1 and str(tmp_path / "mine") in done.stderr
    assert (folder / "of").read_text() == f"{tmp_path / 'mine'}\n"


def test_data_that_cannot_be_found_are_not_begun_anew_in_silence(tmp_path: Path, outside: Path) -> None:
    folder = place(tmp_path / "mine", outside, "mine")
    folder.rename(outside / "elsewhere")
    done = prepare(tmp_path / "mine", outside)
    assert done.returncode == 1 and str(folder) in done.stderr
    assert (tmp_path / "mine/postgres").is_symlink()
