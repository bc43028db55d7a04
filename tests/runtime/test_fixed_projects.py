"""Projects that `lstm-lint --fix` mends with a call of this runtime, run as they are then."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

import lstm_runtime

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = Path(lstm_runtime.__file__).parents[1]
PBT = ROOT / "fixtures" / "projects" / "pbt"


def python(*arguments: str | Path, cwd: Path, path: tuple[Path, ...]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path)), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )


def fix(project: Path, *options: str) -> str:
    """Mend the project; returns what the command says on standard error."""
    done = python("-m", "lstm_lint", "--fix", *options, project.name, cwd=project.parent, path=(ROOT,))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


RUN = """
import logging, train
logging.basicConfig(level="INFO")
small = {"n_steps": 32, "n_epochs": 1, "policy_kwargs": {"lstm_hidden_size": 8}}
stock = train.RecurrentPPO
train.RecurrentPPO = lambda *arguments, **settings: stock(*arguments, **settings | small)
train.ROUNDS, train.STEPS = 3, 256
train.main()
"""


def test_the_example_runs_after_the_fix(tmp_path: Path) -> None:
    """examples/population, with fewer and shorter rounds and small networks."""
    project = Path(shutil.copytree(ROOT / "examples" / "population", tmp_path / "population"))
    assert "1 file now imports lstm_runtime" in fix(project)
    done = python("-c", RUN, cwd=project, path=(project, RUNTIME))
    assert done.returncode == 0, done.stderr
    resets = re.findall(r"put back to initial in environments \[0, 1, 2, 3\]", done.stderr)
    assert len(resets) == 3


@pytest.fixture
def pbt(tmp_path: Path) -> Path:
    """The population project without a reset method of its own, so that the fix has to bring one."""
    ignored = shutil.ignore_patterns("*.fixed.py", "__pycache__")
    project = Path(shutil.copytree(PBT, tmp_path / "pbt", ignore=ignored))
    file = project / "distributional_ppo.py"
    text, cut = re.subn(r"    def reset_lstm_states_to_initial.*?(?=\n    def )", "", file.read_text(), flags=re.DOTALL)
    assert cut == 1
    file.write_text(text)
    return project


def exploits(project: Path, folder: Path) -> list[dict[str, Any]]:
    script = ROOT / "tests" / "pbt_run.py"
    done = python(script, project / "train_pbt.py", folder, cwd=folder, path=(project, RUNTIME))
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["exploits"]
    assert len(found) >= 4
    assert {exploit["format"] for exploit in found} == {"v1_policy_only", "v2_full_parameters"}
    assert all(exploit["weights_are_donors"] and not exploit["was_initial"] for exploit in found)
    return found


def test_the_population_project_resets_after_the_fix(pbt: Path, tmp_path: Path) -> None:
    fix(pbt)
    assert "from lstm_runtime import reset_lstm_states_to_initial" in (pbt / "train_pbt.py").read_text()
    for exploit in exploits(pbt, tmp_path):
        assert exploit["initial_by_env"] == [True, True, True]
        assert exploit["next_input"] == 0


def test_the_population_project_re_warms_if_asked_to(pbt: Path, tmp_path: Path) -> None:
    """No callback was added: the rollout buffer has the observations."""
    (pbt / "pyproject.toml").write_text('[tool.lstm-lint]\nfix-with = "rewarm"\n')
    fix(pbt)
    assert "rewarm_lstm_states(model)" in (pbt / "train_pbt.py").read_text()
    found = exploits(pbt, tmp_path)
    assert not any(exploit["unchanged"] for exploit in found)
    assert any(exploit["next_input"] > 0 for exploit in found)
