"""How long lstm-lint takes on a file that holds nothing for it, against the start of Python with click.

``python benchmarks/start_up.py`` runs both in turn and prints the processor time of each (user and system, the least of
all rounds) and the ratio. It is what a commit pays that touches no recurrent policy; libcst must not be loaded for it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent


def processor_time(command: list[str], folder: Path) -> float:
    """Seconds that a command takes, on this checkout."""
    before = os.times()
    subprocess.run(
        command, cwd=folder, stdout=subprocess.DEVNULL, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> int:
    """Print the least of each and their ratio; 1 when it is above the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="default: %(default)s, after one that is not counted")
    parser.add_argument("--goal", type=float, help="exit with 1 when the ratio is above it")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="lstm-lint-start-") as name:
        folder = Path(name)
        (folder / "idle.py").write_text('print("nothing to see")\n', encoding="utf-8")
        ours = [sys.executable, "-m", "lstm_lint", "--isolated", "idle.py"]
        bare = [sys.executable, "-c", "import click"]
        pairs = [(processor_time(ours, folder), processor_time(bare, folder)) for _ in range(arguments.rounds + 1)][1:]
    mine, theirs = (min(column) for column in zip(*pairs, strict=True))
    print(f"lstm-lint {mine:.3f} s, Python with click {theirs:.3f} s, ratio {mine / theirs:.1f}")
    return int(arguments.goal is not None and mine / theirs > arguments.goal)


if __name__ == "__main__":
    sys.exit(main())
