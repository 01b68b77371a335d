"""The rules of the tree: who may include what, how long a file may be, what must not stand in it."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("events", "command-side", "projections", "query-side", "gateway", "cli")
SIDES = re.compile(r"^(events|command-side|projections|query-side|gateway|cli|tests)/")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


@dataclass(frozen=True)
class Arrow:
    """Files below `folder` may include, of our own, only what lies below `may_include`. The longest folder that fits decides."""
    folder: str
    may_include: tuple[str, ...]


ARROWS = [
    Arrow("events/", ("events/",)),
    Arrow("events/vocabulary/", ("events/vocabulary/",)),
    Arrow("events/log/", ("events/vocabulary/", "events/log/", "events/codec/")),
    Arrow("command-side/", ("events/",)),
    Arrow("command-side/runtime/", ("events/", "command-side/runtime/")),
    Arrow("command-side/orders/", ("events/", "command-side/runtime/", "command-side/orders/")),
    Arrow("command-side/billing/", ("events/", "command-side/runtime/", "command-side/billing/")),
    Arrow("command-side/notifications/", ("events/", "command-side/runtime/", "command-side/notifications/")),
    Arrow("command-side/notifications/mail/", ("events/vocabulary/", "command-side/notifications/mail/")),
    Arrow("command-side/identity/", ("events/", "command-side/identity/", "query-side/postgres/")),
    Arrow("projections/", ("events/", "projections/", "query-side/postgres/")),
    Arrow("query-side/", ("events/vocabulary/", "query-side/")),
    Arrow("query-side/postgres/", ("events/vocabulary/", "query-side/postgres/")),
    Arrow("gateway/", ("events/", "query-side/", "gateway/")),
    Arrow("gateway/http/", ("events/vocabulary/", "gateway/http/")),
    Arrow("cli/", ("events/", "command-side/", "projections/", "query-side/", "gateway/", "cli/")),
]

# A library of others → the only folder of the product that may include it.
ONLY_USERS = {
    "nats": (re.compile(r"^nats(/|\.h$)"), "events/log/jetstream/"),
    "libpqxx": (re.compile(r"^pqxx"), "query-side/postgres/"),
    "libpq": (re.compile(r"^libpq"), "query-side/postgres/"),
    "Pistache": (re.compile(r"^pistache/"), "gateway/http/"),
    "prometheus-cpp": (re.compile(r"^prometheus/"), "gateway/metrics/"),
    "nlohmann_json": (re.compile(r"^nlohmann/"), "gateway/http/"),
    "libcurl": (re.compile(r"^curl/"), "command-side/notifications/mail/"),
    "CLI11": (re.compile(r"^CLI/"), "cli/"),
}

LINES_MAX = {".cpp": 300, ".hpp": 150, ".py": 200, ".sh": 300, ".cmake": 100, ".proto": 150, ".sql": 150, ".md": 400}
LINES_EXCEPTIONS: dict[str, str] = {}  # path → why it may be longer

PATHS_OF_A_MACHINE = re.compile(r"(?<![\w.$}/-])/(root|work|home)/")
UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b")
FOLDERS_OF_NOTHING = {"common", "util", "utils", "helper", "helpers", "manager", "managers", "misc"}
SELF = Path(__file__).resolve().relative_to(ROOT).as_posix()


@cache
def files() -> tuple[str, ...]:
    """Every file of the tree that git has or would take."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) - {""} if (ROOT / name).is_file()))


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(errors="replace")


def sources(*endings: str) -> list[str]:
    return [name for name in files() if name.endswith(endings) and SIDES.match(name)]


def includes(name: str) -> list[tuple[str, str]]:
    return INCLUDE.findall(text(name))


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: arrow.folder)
def test_a_folder_includes_only_what_it_may_depend_on(arrow: Arrow) -> None:
    def decides(name: str) -> bool:
        return arrow == max((a for a in ARROWS if name.startswith(a.folder)), key=lambda a: len(a.folder))
    wrong = [f"{name} includes {included}" for name in sources(".cpp", ".hpp")
             if name.startswith(arrow.folder) and decides(name)
             for _, included in includes(name)
             if SIDES.match(included) and not included.startswith(arrow.may_include)]
    assert not wrong


@pytest.mark.parametrize("library", ONLY_USERS)
def test_a_library_of_others_has_one_user(library: str) -> None:
    header, folder = ONLY_USERS[library]
    wrong = [f"{name} includes <{included}>" for name in sources(".cpp", ".hpp") if not name.startswith((folder, "tests/"))
             for _, included in includes(name) if header.match(included)]
    assert not wrong


def test_libjwt_is_used_only_where_identity_is_the_subject() -> None:
    assert not [name for name in sources(".cpp", ".hpp") if ("<", "jwt.h") in includes(name) and "/identity/" not in name]


def test_our_own_headers_are_included_from_the_root_in_quotes_and_those_of_others_in_brackets() -> None:
    assert not [f"{name} includes {included}" for name in sources(".cpp", ".hpp") for mark, included in includes(name)
                if (mark == '"') != bool(SIDES.match(included))]


def test_every_product_folder_of_the_design_is_one_of_the_sides() -> None:
    top = {name.split("/")[0] for name in files() if "/" in name and not name.startswith(".")}
    assert top <= {*PRODUCT, "tests", "docker", "cmake"}


@pytest.mark.parametrize("ending", LINES_MAX)
def test_a_file_fits_in_a_head(ending: str) -> None:
    long = {name: text(name).count("\n") for name in files() if name.endswith(ending) and name not in LINES_EXCEPTIONS}
    assert not {name: lines for name, lines in long.items() if lines > LINES_MAX[ending]}


def test_an_exception_is_still_needed() -> None:
    assert not [name for name in LINES_EXCEPTIONS if name not in files() or text(name).count("\n") <= LINES_MAX[Path(name).suffix]]


def test_nothing_is_left_to_be_done() -> None:
    assert not [name for name in files() if name != SELF and UNFINISHED.search(text(name))]


def test_nothing_knows_this_machine() -> None:
    wrong = [f"{name}: {match.group()}" for name in files() if name != SELF for match in [PATHS_OF_A_MACHINE.search(text(name))] if match]
    assert not wrong


def test_a_header_opens_no_namespace_for_others() -> None:
    assert not [name for name in sources(".hpp") if re.search(r"^\s*using namespace", text(name), re.MULTILINE)]


def test_a_header_is_included_once_and_says_what_it_is_for() -> None:
    assert not [name for name in sources(".hpp") if not text(name).startswith("#pragma once\n// Purpose: ")]


def test_there_are_no_macros() -> None:
    assert not [name for name in sources(".cpp", ".hpp") if re.search(r"^\s*#\s*define\s+(?!CATCH_CONFIG_)", text(name), re.MULTILINE)]


def test_a_name_says_what_a_thing_is() -> None:
    assert not [name for name in files() if FOLDERS_OF_NOTHING & {re.sub(r"\..*", "", part) for part in name.split("/")}]


def test_names_are_snake_case() -> None:
    assert not [name for name in sources(".cpp", ".hpp", ".py") if not re.fullmatch(r"[a-z0-9_]+\.[a-z]+", Path(name).name)]


def test_every_source_is_listed_in_a_cmake_lists_of_its_folder_or_above() -> None:
    def is_listed(name: str, folder: Path) -> bool:
        lists, path = folder / "CMakeLists.txt", (ROOT / name).relative_to(folder).as_posix()
        return lists.is_file() and re.search(rf"(?<![\w/.-]){re.escape(path)}(?![\w.])", lists.read_text()) is not None
    assert not [name for name in sources(".cpp")
                if not any(is_listed(name, folder) for folder in (ROOT / name).parents if folder.is_relative_to(ROOT))]


def test_the_name_of_a_test_is_a_sentence() -> None:
    names = [(name, said) for name in sources(".cpp") if name.startswith("tests/")
             for said in re.findall(r'^\s*TEST_CASE\("([^"]*)"', text(name), re.MULTILINE)]
    assert not [(name, said) for name, said in names if len(said.split()) < 3]


@pytest.mark.parametrize("folder", ["", "events", "command-side", "projections", "query-side", "gateway", "cli", "tests", "docker"])
def test_every_top_level_folder_says_what_lives_in_it(folder: str) -> None:
    readme = ROOT / folder / "README.md"
    assert readme.is_file()
    prose = re.sub(r"^```text$.*?^```$", "", readme.read_text(), flags=re.MULTILINE | re.DOTALL)  # what was recorded is as long as it is
    assert not folder or prose.count("\n") <= 70, "longer than a screen"


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing() -> None:
    scripts = [name for name in files() if name.endswith(".sh") or text(name).startswith(("#!/usr/bin/env bash", "#!/bin/bash", "#!/bin/sh"))]
    done = subprocess.run(["shellcheck", "-x", *scripts], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
