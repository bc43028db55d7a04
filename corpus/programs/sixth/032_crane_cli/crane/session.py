from pathlib import Path

import numpy as np
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from .env import GantryCrane
from .registry import ALGOS, build


class Session:
    def __init__(self, kind: str, workdir: Path, n_envs: int = 4):
        self.kind = kind
        self.workdir = workdir
        self.env = make_vec_env(GantryCrane, n_envs)
        self.algo = build(kind, self.env, verbose=1)

    @property
    def last(self) -> Path:
        zips = sorted(self.workdir.glob("rl_model_*_steps.zip"), key=lambda p: int(p.stem.split("_")[2]))
        if not zips:
            raise FileNotFoundError(f"no checkpoint in {self.workdir}")
        return zips[-1]

    def train(self, steps: int) -> None:
        cb = CheckpointCallback(save_freq=10_000, save_path=str(self.workdir))
        self.algo.learn(steps, callback=cb)

    def resume(self, steps: int) -> None:
        self.algo = ALGOS[self.kind].load(self.last, env=self.env)
        cb = CheckpointCallback(save_freq=10_000, save_path=str(self.workdir))
        self.algo.learn(steps, callback=cb, reset_num_timesteps=False)

    def evaluate(self, moves: int) -> dict:
        self.algo.load(str(self.last), env=self.env)
        obs = self.env.reset()
        state, start = None, np.ones(self.env.num_envs, dtype=bool)
        wins, total = 0, 0
        while total < moves:
            act, state = self.algo.predict(obs, state=state, episode_start=start, deterministic=True)
            obs, rew, start, _info = self.env.step(act)
            wins += int((rew[start] > 10).sum())
            total += int(start.sum())
        return {"moves": total, "success": wins / total}
