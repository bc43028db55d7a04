"""The population project: the linter finds the stale loads, mends them, and the mended project does what it should."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "fixtures" / "projects" / "pbt"
FIXED = "train_pbt.fixed.py"

needs_sb3_contrib = pytest.mark.skipif(
    importlib.util.find_spec("sb3_contrib") is None,
    reason="sb3-contrib is not installed (pip install sb3-contrib), so the project cannot run",
)


def run_python(*arguments: str | Path, cwd: Path, path: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def lint(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run_python("-m", "lstm_lint", *options, project.name, cwd=project.parent, path=ROOT)


def contents(project: Path) -> dict[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*.py")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project as its author has it: without the mended file."""
    return Path(shutil.copytree(PROJECT, tmp_path / "pbt", ignore=shutil.ignore_patterns(FIXED, "__pycache__")))


def test_the_mended_file_differs_by_one_line() -> None:
    before = (PROJECT / "train_pbt.py").read_text().splitlines()
    after = (PROJECT / FIXED).read_text().splitlines()
    added = [number for number, line in enumerate(after) if line.strip() == "model.reset_lstm_states_to_initial()"]
    assert len(added) == 1
    assert after[: added[0]] + after[added[0] + 1 :] == before


def test_both_policy_loads_are_found_and_nothing_else(project: Path) -> None:
    result = lint(project, "--output-format", "json")
    assert result.returncode == 1, result.stderr
    found = [(item["path"], item["line"], item["code"]) for item in json.loads(result.stdout)["findings"]]
    lines = (project / "train_pbt.py").read_text().splitlines()
    marked = [number for number, line in enumerate(lines, start=1) if line.endswith("# expect: RSH001")]
    assert len(marked) == 2
    assert found == [("pbt/train_pbt.py", number, "RSH001") for number in marked]


def test_fix_mends_the_training_loop_and_touches_no_other_file(project: Path) -> None:
    wanted = contents(project) | {"train_pbt.py": (PROJECT / FIXED).read_bytes()}
    result = lint(project, "--fix")
    assert result.returncode == 0, result.stdout + result.stderr
    assert contents(project) == wanted


def test_fixing_again_changes_nothing(project: Path) -> None:
    shutil.copyfile(PROJECT / FIXED, project / "train_pbt.py")
    before = contents(project)
    result = lint(project, "--fix")
    assert result.returncode == 0, result.stdout + result.stderr
    assert contents(project) == before


def train(file: str, folder: Path) -> dict[str, Any]:
    result = run_python(ROOT / "tests" / "pbt_run.py", PROJECT / file, folder, cwd=folder, path=PROJECT)
    assert result.returncode == 0, result.stderr
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def check_exploits_happened(record: dict[str, Any]) -> None:
    """Several exploits of both formats, each of which brought the donor's weights to a model in mid-episode."""
    exploits = record["exploits"]
    assert record["count"] == len(exploits) >= 4
    assert {exploit["format"] for exploit in exploits} == {"v1_policy_only", "v2_full_parameters"}
    assert all(exploit["weights_are_donors"] for exploit in exploits)
    assert not any(exploit["was_initial"] for exploit in exploits)


@needs_sb3_contrib
def test_unfixed_project_carries_the_old_state_into_the_new_weights(tmp_path: Path) -> None:
    record = train("train_pbt.py", tmp_path)
    check_exploits_happened(record)
    for exploit in record["exploits"]:
        assert exploit["unchanged"]
        assert not all(exploit["initial_by_env"])
        assert exploit["next_input"] > 0


@needs_sb3_contrib
def test_fixed_project_starts_every_environment_afresh_after_each_exploit(tmp_path: Path) -> None:
    record = train(FIXED, tmp_path)
    check_exploits_happened(record)
    for exploit in record["exploits"]:
        assert not exploit["unchanged"]
        assert exploit["initial_by_env"] == [True, True, True]
        assert exploit["next_input"] == 0
