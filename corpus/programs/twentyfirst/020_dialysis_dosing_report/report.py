"""Dose report for a recurrent anaemia controller (EPO dose per dialysis session).

Runs every checkpoint of a training run on the same virtual cohort and writes a markdown table.
"""
from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, Optional, Tuple

import gymnasium as gym
import numpy as np
import typer
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

import epo_gym  # noqa: F401

logger = logging.getLogger(__name__)
app = typer.Typer()


@dataclass
class CohortResult:
    name: str
    returns: list[float] = field(default_factory=list)
    weeks: list[int] = field(default_factory=list)
    doses: list[float] = field(default_factory=list)

    def row(self) -> str:
        return (f"| {self.name} | {len(self.returns)} | {np.mean(self.returns):.2f} ± {np.std(self.returns):.2f} "
                f"| {np.mean(self.weeks) / 3:.1f} | {np.mean(self.doses):.0f} |")


class CohortRunner:
    def __init__(self, env_id: str, patients: int, parallel: int) -> None:
        self.env_id = env_id
        self.patients = patients
        self.parallel = parallel

    def _venv(self) -> VecMonitor:
        return VecMonitor(DummyVecEnv([
            (lambda i=i: gym.make(self.env_id, patient_offset=i * 1000)) for i in range(self.parallel)
        ]))

    def run(self, name: str, model: RecurrentPPO) -> CohortResult:
        venv = self._venv()
        result = CohortResult(name)
        obs = venv.reset()
        state: Optional[Tuple[np.ndarray, ...]] = None
        first = np.ones(self.parallel, dtype=bool)
        while len(result.returns) < self.patients:
            dose, state = model.predict(obs, state=state, episode_start=first, deterministic=True)
            obs, _, first, infos = venv.step(dose)
            result.doses.extend(np.asarray(dose).ravel().tolist())
            for info in infos:
                if "episode" in info:
                    result.returns.append(info["episode"]["r"])
                    result.weeks.append(info["episode"]["l"])
        venv.close()
        return result


def checkpoints(run: Path) -> Iterator[Path]:
    yield from sorted(run.glob("ckpt/*.zip"), key=lambda p: p.stat().st_mtime)
    best = run / "best_model.zip"
    if best.exists():
        yield best


@app.command()
def main(run: Path, env_id: str = "EpoDosing-v2", patients: int = 200, parallel: int = 10) -> None:
    logging.basicConfig(level=logging.INFO)
    runner = CohortRunner(env_id, patients, parallel)
    lines = ["| checkpoint | n | return | weeks | mean dose |", "|---|---|---|---|---|"]
    for path in checkpoints(run):
        model = RecurrentPPO.load(path, device="cpu")
        model.policy.set_training_mode(False)
        result = runner.run(path.stem, model)
        logger.info("%s: %.2f", path.stem, np.mean(result.returns))
        lines.append(result.row())
    (run / "report.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    app()
