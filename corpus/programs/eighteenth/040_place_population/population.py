import os
import sys

import gymnasium as gym
import gymnasium_robotics  # noqa: F401
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from config import PopConfig


def make_env():
    env = gym.make("FetchPickAndPlaceDense-v2", max_episode_steps=100)
    return gym.wrappers.FlattenObservation(env)


class Member:
    def __init__(self, idx: int, cfg: PopConfig, rng: np.random.Generator):
        self.idx, self.cfg, self.rng = idx, cfg, rng
        self.lr = float(np.exp(rng.uniform(*np.log(cfg.lr_range))))
        self.clip = float(rng.choice(cfg.clip_choices))
        venv = VecMonitor(SubprocVecEnv([make_env] * cfg.n_envs))
        self.algo = RecurrentPPO(
            "MlpLstmPolicy",
            venv,
            n_steps=128,
            batch_size=256,
            learning_rate=self.lr,
            clip_range=self.clip,
            policy_kwargs=dict(lstm_hidden_size=cfg.lstm),
            seed=idx,
        )

    @property
    def path(self) -> str:
        return os.path.join(self.cfg.out, f"member{self.idx}.zip")

    def train(self) -> float:
        self.algo.learn(self.cfg.steps, reset_num_timesteps=False)
        self.algo.save(self.path)
        infos = self.algo.ep_info_buffer
        return float(np.mean([i["r"] for i in infos])) if infos else -np.inf

    def copy_from(self, other: "Member") -> None:
        self.algo.set_parameters(other.path)
        self.lr = float(np.clip(other.lr * self.rng.choice([0.7, 1.4]), *self.cfg.lr_range))
        self.clip = float(self.rng.choice([other.clip, *self.cfg.clip_choices]))
        self.algo.learning_rate = self.lr
        self.algo._setup_lr_schedule()
        self.algo.clip_range = lambda _: self.clip
        # begin again from the start of an episode
        self.algo._last_obs = self.algo.env.reset()
        self.algo._last_episode_starts = np.ones((self.cfg.n_envs,), dtype=bool)
        self.algo.ep_info_buffer.clear()


def main(cfg: PopConfig) -> None:
    os.makedirs(cfg.out, exist_ok=True)
    rng = np.random.default_rng(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    members = [Member(i, cfg, rng) for i in range(cfg.size)]
    n = max(1, int(cfg.size * cfg.exploit_quantile))
    for rnd in range(cfg.rounds):
        scores = np.array([m.train() for m in members])
        order = np.argsort(scores)
        print(rnd, np.round(scores, 2).tolist())
        for bad in order[:n]:
            good = int(rng.choice(order[-n:]))
            members[bad].copy_from(members[good])
            print(f"    member {bad} takes over from {good}")


if __name__ == "__main__":
    main(PopConfig())
