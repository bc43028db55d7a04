import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Iterator

import gymnasium as gym
import numpy as np
import sinergym  # noqa: F401
from sb3_contrib import RecurrentPPO
from sinergym.utils.wrappers import NormalizeAction
from stable_baselines3.common.vec_env import SubprocVecEnv, VecNormalize


@dataclass
class WeekReport:
    checkpoint: str
    kwh: float
    violations: float
    reward: float
    episodes: int


def make(env_id: str, rank: int):
    def _init():
        env = gym.make(env_id, env_name=f"eval-{rank}")
        return NormalizeAction(env)

    return _init


class ZoneEvaluator:
    def __init__(self, env_id: str, stats: Path, workers: int = 3):
        venv = SubprocVecEnv([make(env_id, r) for r in range(workers)])
        self.venv = VecNormalize.load(str(stats), venv)
        self.venv.training = False
        self.venv.norm_reward = False
        self.workers = workers
        self.model: RecurrentPPO | None = None

    def checkpoints(self, folder: Path) -> Iterator[Path]:
        yield from sorted(folder.glob("rl_model_*_steps.zip"), key=lambda p: int(p.stem.split("_")[2]))

    def evaluate(self, ckpt: Path, episodes: int) -> WeekReport:
        if self.model is None:
            self.model = RecurrentPPO.load(ckpt, device="cpu")
        else:
            self.model.set_parameters(str(ckpt), device="cpu")

        obs = self.venv.reset()
        state, starts = None, np.ones(self.workers, dtype=bool)
        ret = np.zeros(self.workers)
        returns: list[float] = []
        kwh = violations = 0.0
        steps = 0
        while len(returns) < episodes:
            act, state = self.model.predict(obs, state=state, episode_start=starts, deterministic=True)
            obs, rew, starts, infos = self.venv.step(act)
            ret += rew
            steps += self.workers
            kwh += sum(i.get("total_power_demand", 0.0) for i in infos) / 4000
            violations += sum(i.get("total_temperature_violation", 0.0) > 0 for i in infos)
            for i in np.flatnonzero(starts):
                returns.append(float(ret[i]))
                ret[i] = 0.0
        return WeekReport(ckpt.stem, kwh / len(returns), violations / steps, float(np.mean(returns)), len(returns))


def main() -> None:
    root = Path("runs/5zone")
    ev = ZoneEvaluator("Eplus-5zone-hot-continuous-stochastic-v1", root / "vecnormalize.pkl")
    reports = []
    for ckpt in ev.checkpoints(root / "checkpoints"):
        rep = ev.evaluate(ckpt, episodes=6)
        reports.append(rep)
        print(f"{rep.checkpoint}: {rep.kwh:.1f} kWh, {100 * rep.violations:.1f} % violations, R={rep.reward:.1f}")
    best = max(reports, key=lambda r: r.reward)
    (root / "eval.json").write_text(json.dumps([asdict(r) for r in reports], indent=2))
    print("best:", best.checkpoint)
    ev.venv.close()


if __name__ == "__main__":
    main()
