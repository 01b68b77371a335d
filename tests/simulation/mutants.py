"""What the simulation is worth: the code is broken on purpose, in one place at a time, and it must notice each time.

    /usr/bin/python3 tests/simulation/mutants.py [NAME…]     prints a table; exit 1 when one was not noticed

The mutants stand in mutations.py. The sources stay as they are: the changed one is compiled by itself and linked before the libraries
of build/release.
"""

import json
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutations import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"
OVERLAYS = ROOT / "build/mutants"
CCACHE = ["ccache"] if shutil.which("ccache") else []
SEEDS = 300
LIMIT_S = 300


def compile_command(unit: str) -> tuple[list[str], str]:
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        if Path(entry["file"]) == ROOT / unit:
            return shlex.split(entry["command"]), entry["directory"]
    raise SystemExit(f"{unit} is not built by the release preset")


def link_command() -> str:
    done = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "simulation"], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def build(mutant: Mutant, link: str) -> Path:
    overlay = OVERLAYS / mutant.name.replace(" ", "-").replace("'", "")
    changed = overlay / mutant.file
    changed.parent.mkdir(parents=True, exist_ok=True)
    text = (ROOT / mutant.file).read_text()
    if text.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.name}: its text stands {text.count(mutant.old)} times in {mutant.file}; tell the mutant what it is now")
    changed.write_text(text.replace(mutant.old, mutant.new))
    objects = []
    for unit in mutant.units or [mutant.file]:
        command, folder = compile_command(unit)
        source = str(overlay / unit) if unit == mutant.file else str(ROOT / unit)
        target = overlay / (unit.replace("/", "_") + ".o")
        at = command.index(next(word for word in command if word.startswith("-I")))
        arguments = [*command[:at], f"-I{overlay}", *command[at:]]
        arguments[arguments.index("-o") + 1] = str(target)
        arguments[arguments.index("-c") + 1] = source
        # Compiling takes longer than noticing: nothing is optimized, and what was compiled before is not compiled again.
        arguments = [*CCACHE, *arguments, "-O0", "-g0"]
        subprocess.run(arguments, cwd=folder, check=True, capture_output=True, text=True)
        objects.append(target)
    program = overlay / "simulation"
    words = link.replace("-o tests/simulation/simulation", f"{shlex.join(map(str, objects))} -o {shlex.quote(str(program))}")
    subprocess.run(["bash", "-c", words], cwd=BUILD, check=True, capture_output=True, text=True)
    return program


def notice(mutant: Mutant, link: str) -> tuple[Mutant, str]:
    try:
        program = build(mutant, link)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{mutant.name} does not build:\n{error.stderr}") from error
    done = subprocess.run([program, "--seeds", str(SEEDS), "--jobs", "1"], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode < 0:
        return mutant, f"ended by signal {-done.returncode}"
    told = [line for line in done.stdout.splitlines() if " breaks a promise: " in line]
    return mutant, told[0] if told else ""


def notice_all(chosen: list[Mutant]) -> dict[str, str]:
    """By name: the promise that the simulation saw broken, or nothing."""
    link = link_command()
    with ThreadPoolExecutor(2) as pool:
        return {mutant.name: told for mutant, told in pool.map(lambda mutant: notice(mutant, link), chosen)}


def table(results: dict[str, str]) -> str:
    width = max(map(len, results))
    lines = [f"{name:<{width}}  {told or 'NOT NOTICED'}" for name, told in results.items()]
    return "\n".join([*lines, f"{sum(map(bool, results.values()))} of {len(results)} mutants noticed"])


def main(names: list[str]) -> int:
    results = notice_all([mutant for mutant in MUTANTS if not names or mutant.name in names])
    print(table(results))
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
