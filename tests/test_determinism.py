"""The same input gives the same bytes, whatever order Python keeps its sets in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Programs in which a state has several owners on its way, or several places.
PROGRAMS = (
    "one_of_many_commands",
    "torch_early_return",
    "torch_nested_functions",
    "torch_own_grads_clipped",
    "torch_suppress",
    "torch_uncorrelated_guards",
)


@pytest.mark.parametrize("output_format", ["json", "text"])
def test_the_hash_seed_changes_nothing(tmp_path: Path, output_format: str) -> None:
    (tmp_path / "pyproject.toml").touch()
    for name in PROGRAMS:
        shutil.copy(ROOT / "fixtures" / "RSH001" / f"{name}.py", tmp_path)
    words = [sys.executable, "-m", "lstm_lint", "--output-format", output_format, "."]
    reports = set()
    for seed in range(4):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(seed)}
        done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 1, done.stderr
        reports.add(done.stdout)
    assert len(reports) == 1
