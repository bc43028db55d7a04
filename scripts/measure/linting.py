"""Running the linter on a tree as a user would, and reading its answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def answer(tree: Path, limit: float) -> dict[str, Any] | None:
    """The linter's JSON for ``tree`` from inside it, every note shown, no configuration; None past the time limit."""
    command = [sys.executable, "-m", "lstm_lint", "--isolated", "--output-format", "json"]
    try:
        done = subprocess.run(
            [*command, "--show", "note", "--exit-zero", "."],
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, 2) or not done.stdout:
        raise SystemExit(f"{tree}: the linter ended with exit code {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    if broken := [error for error in found["errors"] if "internal error" in error["message"]]:
        raise SystemExit(
            f"{tree}: {len(broken)} files not checked, the first: {broken[0]['path']}: {broken[0]['message']}"
        )
    return found
