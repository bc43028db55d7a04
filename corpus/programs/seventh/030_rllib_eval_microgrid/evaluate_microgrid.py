"""Offline evaluation of an RLlib PPO-LSTM battery controller against a rule-based one.

    python evaluate_microgrid.py --checkpoint ~/ray_results/... --days 30
"""
import argparse
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
import ray
from gymnasium import spaces
from ray.rllib.algorithms.algorithm import Algorithm
from ray.tune.registry import register_env


@dataclass
class GridConfig:
    capacity_kwh: float = 13.5
    max_power_kw: float = 5.0
    steps_per_day: int = 96
    peak_price: float = 0.42
    base_price: float = 0.18


class MicrogridEnv(gym.Env):
    """A house with solar panels and a battery, one episode is one day."""

    def __init__(self, config=None):
        self.cfg = GridConfig(**(config or {}))
        self.observation_space = spaces.Box(-10.0, 10.0, (4,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.soc = 0.5
        self.cloud = float(self.np_random.uniform(0.2, 1.0))
        return self._obs(), {}

    def _profile(self):
        hour = 24.0 * self.t / self.cfg.steps_per_day
        solar = max(0.0, np.sin((hour - 6) / 12 * np.pi)) * 4.0 * self.cloud
        load = 0.6 + 1.8 * np.exp(-((hour - 19) ** 2) / 6) + float(self.np_random.normal(0, 0.1))
        price = self.cfg.peak_price if 17 <= hour <= 21 else self.cfg.base_price
        return solar, load, price

    def _obs(self):
        solar, load, price = self._profile()
        return np.array([self.soc, solar, load, price], dtype=np.float32)

    def step(self, action):
        solar, load, price = self._profile()
        power = float(np.clip(action[0], -1, 1)) * self.cfg.max_power_kw
        dt = 24.0 / self.cfg.steps_per_day
        energy = np.clip(power * dt, -self.soc * self.cfg.capacity_kwh, (1 - self.soc) * self.cfg.capacity_kwh)
        self.soc += energy / self.cfg.capacity_kwh
        grid = load * dt - solar * dt + energy
        reward = -price * max(grid, 0.0) + 0.05 * max(-grid, 0.0)
        self.t += 1
        done = self.t >= self.cfg.steps_per_day
        return self._obs(), float(reward), done, False, {}


def rule_based(obs):
    soc, solar, load, price = obs
    if price > 0.3:
        return np.array([-0.5], dtype=np.float32)
    return np.array([0.6 if solar > load else 0.0], dtype=np.float32)


def evaluate_rule(env, days, seed):
    bills = []
    for day in range(days):
        obs, _ = env.reset(seed=seed + day)
        done, total = False, 0.0
        while not done:
            obs, reward, done, _, _ = env.step(rule_based(obs))
            total += reward
        bills.append(-total)
    return np.array(bills)


def evaluate_policy(algo, env, days, seed):
    policy = algo.get_policy()
    bills = []
    for day in range(days):
        obs, _ = env.reset(seed=seed + day)
        state = policy.get_initial_state()
        done, total = False, 0.0
        while not done:
            action, state, _ = algo.compute_single_action(obs, state=state, explore=False)
            obs, reward, done, _, _ = env.step(action)
            total += reward
        bills.append(-total)
    return np.array(bills)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", required=True, nargs="+", help="one or more checkpoints to compare")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=2024)
    args = parser.parse_args()

    ray.init(ignore_reinit_error=True)
    register_env("microgrid", lambda cfg: MicrogridEnv(cfg))
    env = MicrogridEnv()

    baseline = evaluate_rule(env, args.days, args.seed)
    print(f"rules: {baseline.mean():.2f} per day")

    algo = Algorithm.from_checkpoint(args.checkpoint[0])
    for path in args.checkpoint:
        algo.restore(path)
        bills = evaluate_policy(algo, env, args.days, args.seed)
        saved = 100 * (1 - bills.mean() / baseline.mean())
        print(f"{path}: {bills.mean():.2f} +- {bills.std():.2f} per day, {saved:.1f}% saved")
    algo.stop()
    ray.shutdown()


if __name__ == "__main__":
    main()
