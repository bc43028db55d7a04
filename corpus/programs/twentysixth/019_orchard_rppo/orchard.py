"""Drip irrigation of an orchard block with RecurrentPPO.

    python orchard.py train --steps 500000
    python orchard.py report --model orchard.zip --seasons 10
"""
import argparse

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env


class Orchard(gym.Env):
    """One decision a day, 120 days; only the topsoil probe can be seen."""

    DAYS = 120

    def __init__(self):
        self.observation_space = spaces.Box(0.0, 2.0, (4,), np.float32)
        self.action_space = spaces.Discrete(5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.day = 0
        self.top, self.root = 0.25, 0.28
        self.used, self.stress = 0.0, 0.0
        self.wet_spell = 0
        return self._obs(), {}

    def _et(self):
        return 3.0 + 3.5 * np.sin(np.pi * self.day / self.DAYS)

    def _obs(self):
        probe = self.top + self.np_random.normal(0, 0.02)
        return np.clip([probe / 0.4, self._et() / 7, self.day / self.DAYS, self.used / 600], 0, 2).astype(np.float32)

    def step(self, action):
        mm = [0, 3, 6, 10, 15][int(action)]
        if self.wet_spell == 0 and self.np_random.random() < 0.05:
            self.wet_spell = self.np_random.integers(1, 4)
        rain = 0.0
        if self.wet_spell:
            rain = self.np_random.exponential(6.0)
            self.wet_spell -= 1
        et = self._et() * self.np_random.uniform(0.8, 1.2)
        self.top += (0.8 * (mm + rain) - 0.3 * et) / 300
        drain = max(0.0, self.top - 0.30) * 0.6
        self.top -= drain
        self.root += 0.3 * drain - 0.7 * et / 900
        leach = max(0.0, self.root - 0.34)
        self.root -= leach
        self.top = float(np.clip(self.top, 0.05, 0.45))
        self.root = float(np.clip(self.root, 0.08, 0.40))
        s = max(0.0, 0.20 - self.root) * 10
        self.stress += s
        self.used += mm
        self.day += 1
        reward = -0.03 * mm - s - 20 * leach
        return self._obs(), float(reward), False, self.day >= self.DAYS, {"mm": mm, "stress": s}


def train(args):
    venv = make_vec_env(Orchard, n_envs=args.envs, seed=args.seed)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=120, batch_size=240, learning_rate=3e-4,
                         policy_kwargs={"lstm_hidden_size": 64}, seed=args.seed, verbose=1)
    model.learn(args.steps)
    model.save(args.model)


def report(args):
    model = RecurrentPPO.load(args.model, device="cpu")
    env = Orchard()
    water, stress, returns = [], [], []
    for season in range(args.seasons):
        obs, _ = env.reset(seed=1000 + season)
        lstm_states = None
        episode_starts = np.ones((1,), dtype=bool)
        total, done = 0.0, False
        while not done:
            action, lstm_states = model.predict(
                obs, state=lstm_states, episode_start=episode_starts, deterministic=True
            )
            obs, reward, terminated, truncated, _ = env.step(action)
            done = terminated or truncated
            total += reward
        water.append(env.used)
        stress.append(env.stress)
        returns.append(total)
        print(f"season {season:2d}: {env.used:6.0f} mm, stress {env.stress:6.2f}, return {total:7.2f}")
    print(f"mean  {np.mean(water):6.0f} mm, stress {np.mean(stress):6.2f}, return {np.mean(returns):7.2f}")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    sub = ap.add_subparsers(dest="cmd", required=True)
    t = sub.add_parser("train")
    t.add_argument("--steps", type=int, default=500_000)
    t.add_argument("--envs", type=int, default=8)
    t.add_argument("--seed", type=int, default=0)
    t.set_defaults(run=train)
    r = sub.add_parser("report")
    r.add_argument("--seasons", type=int, default=10)
    r.set_defaults(run=report)
    for s in (t, r):
        s.add_argument("--model", default="orchard.zip")
    ns = ap.parse_args()
    ns.run(ns)
