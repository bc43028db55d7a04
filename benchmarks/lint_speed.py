"""Compare how long lstm-lint and ruff take on the same folder, as whole processes.

``python benchmarks/lint_speed.py [FOLDER]`` runs ``lstm-lint`` and ``ruff check --select F401 --no-cache`` in turn, so
that whatever else the machine does meets both alike, and prints the time of each run, the ratio of each round and the
medians. The folder is this interpreter's site-packages unless one is given.

Processor time (user and system, with child processes) stands beside the wall clock: on a busy machine it is the
steadier figure.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Cost:
    """What one run of a command took, in seconds."""

    wall: float
    processor: float


ROOT = Path(__file__).resolve().parent.parent


def cost(command: list[str], cwd: Path) -> Cost:
    """Run a command to its end, on this checkout; both are told to end with 0 whatever they find.

    An exit code of 2 is fine where it comes from files that cannot be read, not where it comes from a failure of ours.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    before = os.times()
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    wall = time.perf_counter() - start
    after = os.times()
    if done.returncode not in (0, 2) or (done.returncode == 2 and b"RSH909" in done.stderr):
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode(errors='replace')[-2000:]}")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, spent)


def python_files(folder: Path) -> int:
    """How many files there are to check."""
    return sum(name.endswith(".py") for _, _, names in os.walk(folder) for name in names)


def tool(name: str) -> str:
    """The command beside this interpreter, else the one on PATH."""
    own = Path(sys.executable).with_name(name)
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed")
    return found


def main() -> int:
    """Print the rounds and their medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(sysconfig.get_path("purelib")))
    parser.add_argument(
        "--rounds", type=int, default=5, help="default: %(default)s, after one that warms the file cache"
    )
    parser.add_argument("--goal", type=float, help="exit with 1 when the median ratio of the wall clock is above it")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    # In the folder itself, and without configuration, so that both read the same files whatever project it lies in.
    ours = [sys.executable, "-m", "lstm_lint", "--isolated", "--exit-zero", "."]
    ruff = [tool("ruff"), "check", "--select", "F401", "--no-cache", "--isolated", "--exit-zero", "--quiet", "."]
    print(f"{folder}: {python_files(folder)} Python files, {os.cpu_count()} processors")
    for command in (ours, ruff):
        cost(command, folder)
    pairs: list[tuple[Cost, Cost]] = []
    for number in range(1, arguments.rounds + 1):
        pair = cost(ours, folder), cost(ruff, folder)
        pairs.append(pair)
        print(
            f"round {number}: lstm-lint {pair[0].wall:6.2f} s, ruff {pair[1].wall:6.2f} s, ratio"
            f" {pair[0].wall / pair[1].wall:5.2f}; processor time {pair[0].processor:6.2f} s and"
            f" {pair[1].processor:6.2f} s, ratio {pair[0].processor / pair[1].processor:5.2f}",
            flush=True,
        )
    ratio = median(mine.wall / theirs.wall for mine, theirs in pairs)
    spent = median(mine.processor / theirs.processor for mine, theirs in pairs)
    print(
        f"median:  lstm-lint {median(mine.wall for mine, _ in pairs):6.2f} s,"
        f" ruff {median(theirs.wall for _, theirs in pairs):6.2f} s, ratio {ratio:5.2f};"
        f" ratio of processor time {spent:5.2f}"
    )
    return int(arguments.goal is not None and ratio > arguments.goal)


if __name__ == "__main__":
    sys.exit(main())
