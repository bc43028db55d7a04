"""examples/pbt_recurrent.py in a shortened form: it trains, exploits, and leaves its figures for TensorBoard."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

lstm_runtime = pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")
event_accumulator = pytest.importorskip(
    "tensorboard.backend.event_processing.event_accumulator", reason="TensorBoard is not installed"
)

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "pbt_recurrent.py"


@pytest.mark.parametrize("remedy", ["rewarm", "reset"])
def test_a_short_run(remedy: str, tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(lstm_runtime.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    options = ["--exploits", "2", "--steps", "1024", "--remedy", remedy, "--logs", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), *options], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [" <- " in line for line in lines] == [True, True, False, False]
    assert lines[-1].startswith("2 exploits applied, 0 uses of a stale state")
    figures: dict[str, list[float]] = {}
    for folder in tmp_path.iterdir():
        events = event_accumulator.EventAccumulator(str(folder)).Reload()
        for tag in events.Tags()["scalars"]:
            figures.setdefault(tag, []).extend(event.value for event in events.Scalars(tag))
    assert max(figures["pbt/exploitation_count"]) >= 1
    assert len(figures["pbt/stale_value_gap"]) == len(figures["pbt/post_exploit_value_loss_ratio"]) == 2
    assert (max(figures["recurrent/resets"]) > 0) == (remedy == "reset")
    assert figures["pbt/mid_episode_fraction"] == [1, 1]
    # Three rounds of two rollouts; the figures of an update are written with the next rollout of the same round.
    assert len(figures["recurrent/resets"]) == 4 * 3 * 2
    assert len(figures["train/value_loss"]) == 4 * 3


def test_the_linter_has_nothing_to_say() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lstm_lint", str(EXAMPLE)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
