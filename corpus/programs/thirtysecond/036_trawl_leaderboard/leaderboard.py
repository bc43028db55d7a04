import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import List

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from trawl_env import TrawlEnv


@dataclass
class Entry:
    name: str
    returns: List[float] = field(default_factory=list)

    @property
    def mean(self) -> float:
        return float(np.mean(self.returns))


class Judge:
    """Plays all zips of a folder on the same seeds with one model object."""

    def __init__(self, folder: Path, lanes: int = 8):
        self.folder = folder
        self.venv = DummyVecEnv([TrawlEnv for _ in range(lanes)])
        stats = folder / "vecnormalize.pkl"
        if stats.exists():
            self.venv = VecNormalize.load(str(stats), self.venv)
            self.venv.training = False
            self.venv.norm_reward = False
        self.zips = sorted(folder.glob("*.zip"))
        self.model = RecurrentPPO.load(self.zips[0], device="cpu")

    def play(self, episodes: int) -> List[float]:
        self.venv.seed(7)
        obs = self.venv.reset()
        n = self.venv.num_envs
        states, starts = None, np.ones(n, dtype=bool)
        sums, out = np.zeros(n), []
        while len(out) < episodes:
            acts, states = self.model.predict(obs, state=states, episode_start=starts, deterministic=True)
            obs, rew, starts, _ = self.venv.step(acts)
            sums += rew
            for i in np.flatnonzero(starts):
                out.append(float(sums[i]))
                sums[i] = 0.0
        return out[:episodes]

    def run(self, episodes: int) -> List[Entry]:
        table = []
        for z in self.zips:
            self.model.set_parameters(str(z), device="cpu")
            table.append(Entry(z.stem, self.play(episodes)))
            print(f"{z.stem:30s} {table[-1].mean:8.3f}")
        return sorted(table, key=lambda e: -e.mean)


def main(folder: str, episodes: int = 64) -> None:
    judge = Judge(Path(folder))
    ranking = judge.run(episodes)
    with open(Path(folder) / "leaderboard.json", "w") as fh:
        json.dump([{**asdict(e), "mean": e.mean} for e in ranking], fh, indent=1)
    winner = ranking[0]
    judge.model.set_parameters(str(Path(folder) / f"{winner.name}.zip"), device="cpu")
    again = judge.play(4 * episodes)
    print("winner", winner.name, "confirmed at", np.mean(again), "+-", np.std(again) / np.sqrt(len(again)))


if __name__ == "__main__":
    main(sys.argv[1], *(int(x) for x in sys.argv[2:3]))
