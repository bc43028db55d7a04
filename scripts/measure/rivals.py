"""What one gets without an analysis: a textual search, and a rule for Semgrep."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from measure.score import Report
from measure.sites import MANIFESTS

SEMGREP_RULE = MANIFESTS / "semgrep.yml"
_LOAD = re.compile(r"\.load_state_dict\(")
_RECURRENT = re.compile(r"lstm|gru|rnn|recurrent", re.IGNORECASE)
_RESET = re.compile(r"reset|init_hidden|init_rnn|initial_state|zeros", re.IGNORECASE)
# As `grep -A 10` would show them.
_LINES_AFTER = 10


def grep(tree: Path, paths: Iterable[str]) -> list[Report]:
    """`load_state_dict` in a file that speaks of recurrence, with no word of a reset in the ten lines from there."""
    found = []
    for path in sorted(set(paths)):
        text = (tree / path).read_text(encoding="utf-8", errors="replace")
        if not _RECURRENT.search(text):
            continue
        lines = text.splitlines()
        for number, line in enumerate(lines, 1):
            if _LOAD.search(line) and not any(map(_RESET.search, lines[number : number + _LINES_AFTER])):
                found.append(Report(path, number, "RSH001", "warning"))
    return found


def semgrep(tree: Path, paths: Iterable[str]) -> list[Report] | None:
    """The same thought as a rule for Semgrep, by the program on PATH; None where there is none."""
    program = shutil.which("semgrep")
    if program is None:
        return None
    command = [program, "scan", "--quiet", "--metrics=off", "--disable-version-check", "--json", "--no-git-ignore"]
    done = subprocess.run(
        [*command, "--config", str(SEMGREP_RULE), *sorted(set(paths))],
        cwd=tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not done.stdout:
        raise SystemExit(f"semgrep ended with exit code {done.returncode}: {done.stderr[-300:]}")
    results = json.loads(done.stdout)["results"]
    return [Report(each["path"], each["start"]["line"], "RSH001", "warning") for each in results]
