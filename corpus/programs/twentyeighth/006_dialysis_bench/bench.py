from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

from patient import DialysatePatient


@dataclass
class Bench:
    folder: Path = Path("runs/dialysate")
    chairs: int = 6
    treatments: int = 60
    seed: int = 11

    def make(self) -> VecEnv:
        venv = DummyVecEnv([DialysatePatient for _ in range(self.chairs)])
        venv.seed(self.seed)
        return venv

    def score(self, controller: Optional[RecurrentPPO]) -> np.ndarray:
        venv = self.make()
        obs = venv.reset()
        remembered = None
        fresh = np.ones((self.chairs,), dtype=bool)
        running = np.zeros(self.chairs)
        totals: List[float] = []
        while len(totals) < self.treatments:
            if controller is None:
                action = np.zeros((self.chairs, 2), dtype=np.float32)
            else:
                action, remembered = controller.predict(
                    obs, state=remembered, episode_start=fresh, deterministic=True)
            obs, reward, done, _ = venv.step(action)
            running += reward
            fresh = done
            for k in np.flatnonzero(done):
                totals.append(running[k])
                running[k] = 0.0
        return np.asarray(totals[: self.treatments])

    def run(self) -> Dict[str, float]:
        table = {"fixed bath": float(self.score(None).mean())}
        for path in sorted(self.folder.glob("*.zip")):
            controller = RecurrentPPO.load(path, device="cpu")
            table[path.stem] = float(self.score(controller).mean())
        return table


def train(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(3):
        venv = DummyVecEnv([DialysatePatient for _ in range(8)])
        algo = RecurrentPPO("MlpLstmPolicy", venv, seed=seed, n_steps=96, gamma=0.98)
        algo.learn(200_000)
        algo.save(folder / f"seed{seed}")


if __name__ == "__main__":
    bench = Bench()
    if not any(bench.folder.glob("*.zip")):
        train(bench.folder)
    for name, value in bench.run().items():
        print(f"{name:20s} {value:8.2f}")
