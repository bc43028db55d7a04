"""
Asteroid mining in stages of growing difficulty. The best model of a stage
(by EvalCallback) is where the next stage begins.
"""
import argparse
import os
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy


class AsteroidEnv(gym.Env):
    """Drill at one of several sites; veins run dry and the yield is noisy."""

    def __init__(self, sites: int = 6, spread: float = 0.2, shift: int = 0):
        self.sites = sites
        self.spread = spread
        self.shift = shift
        self.action_space = gym.spaces.Discrete(sites)
        self.observation_space = gym.spaces.Box(-10, 10, (sites + 1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.richness = self.np_random.uniform(0, 1, self.sites)
        self.t = 0
        return np.zeros(self.sites + 1, dtype=np.float32), {}

    def step(self, action):
        site = int(action)
        ore = self.richness[site] + self.np_random.normal(0, self.spread)
        self.richness[site] *= 0.97
        if self.shift and self.t % self.shift == self.shift - 1:
            self.richness = np.roll(self.richness, 1)
        self.t += 1
        obs = np.zeros(self.sites + 1, dtype=np.float32)
        obs[site] = 1.0
        obs[-1] = ore
        return obs, float(ore), False, self.t >= 150, {}


@dataclass(frozen=True)
class Stage:
    name: str
    env_kwargs: dict
    timesteps: int


STAGES = [
    Stage("calm", dict(spread=0.05), 200_000),
    Stage("noisy", dict(spread=0.3), 400_000),
    Stage("shifting", dict(spread=0.3, shift=50), 800_000),
]


def venv(stage: Stage, n: int, seed: int):
    return make_vec_env(AsteroidEnv, n_envs=n, seed=seed, env_kwargs=stage.env_kwargs)


def train_stage(stage: Stage, start_from, out: str) -> str:
    env = venv(stage, 8, seed=1)
    eval_env = venv(stage, 4, seed=77)
    if start_from is None:
        model = RecurrentPPO("MlpLstmPolicy", env, n_steps=150, batch_size=300, verbose=1)
    else:
        model = RecurrentPPO.load(start_from, env=env)

    folder = os.path.join(out, stage.name)
    model.learn(
        stage.timesteps,
        callback=EvalCallback(eval_env, best_model_save_path=folder, eval_freq=4_000, n_eval_episodes=16),
        tb_log_name=stage.name,
    )
    model.save(os.path.join(folder, "last_model"))

    model = RecurrentPPO.load(os.path.join(folder, "best_model"))
    mean, std = evaluate_policy(model, eval_env, n_eval_episodes=40)
    print(f"stage {stage.name}: {mean:.2f} +- {std:.2f}")
    env.close()
    eval_env.close()
    return os.path.join(folder, "best_model")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default="asteroid_runs")
    parser.add_argument("--resume", default=None, help="zip to begin the first stage with")
    args = parser.parse_args()

    best = args.resume
    for stage in STAGES:
        best = train_stage(stage, best, args.out)
    print("final model:", best)


if __name__ == "__main__":
    main()
