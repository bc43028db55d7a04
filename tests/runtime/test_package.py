"""The distribution: its version, what importing it needs, and every public name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import lstm_lint

lstm_runtime = pytest.importorskip("lstm_runtime", reason="lstm-runtime is not installed (pip install ./runtime)")

ROOT = Path(lstm_runtime.__file__).resolve().parents[1]

# An import system without some packages, as in an environment that never had them.
WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
import lstm_runtime
"""


def run_without(missing: set[str], code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT.format(missing=missing) + code],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def test_both_distributions_have_one_version() -> None:
    assert lstm_runtime.__version__ == lstm_lint.__version__


@pytest.mark.parametrize("name", lstm_runtime.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    pytest.importorskip("sb3_contrib")
    assert getattr(lstm_runtime, name).__doc__
    assert name in dir(lstm_runtime)


def test_it_imports_torch_and_nothing_else_that_is_heavy() -> None:
    done = run_without(
        {"libcst", "lstm_lint", "stable_baselines3", "sb3_contrib", "gymnasium", "ray", "numpy"},
        "from lstm_runtime import StaleStateError, StaleStateWarning, reset_lstm_states_to_initial\n"
        "import torch\n"
        "class Agent(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.cell, self.hidden = torch.nn.GRUCell(2, 3), torch.ones(4, 3)\n"
        "agent = Agent()\n"
        "print(reset_lstm_states_to_initial(agent).envs, float(agent.hidden.sum()))\n",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(0, 1, 2, 3) 0.0\n"


@pytest.mark.parametrize("name", ["ObservationHistory", "ExploitCallback"])
def test_a_name_that_needs_sb3_says_how_to_get_it(name: str) -> None:
    done = run_without({"stable_baselines3", "sb3_contrib", "gymnasium"}, f"from lstm_runtime import {name}")
    assert done.returncode == 1
    assert f"ImportError: lstm_runtime.{name} needs stable_baselines3, which is not installed: " in done.stderr
    assert "pip install 'lstm-runtime[sb3]'" in done.stderr


def test_the_rest_does_not_need_sb3() -> None:
    names = "apply_exploit, rewarm_lstm_states, ResettableLSTMStates, StateSlot, carried_states, register_adapter"
    done = run_without({"stable_baselines3", "sb3_contrib", "gymnasium"}, f"from lstm_runtime import {names}")
    assert done.returncode == 0, done.stderr


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'reset_everything'"):
        _ = lstm_runtime.reset_everything
