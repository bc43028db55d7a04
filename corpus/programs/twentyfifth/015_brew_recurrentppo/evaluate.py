"""Scores a trained fermentation controller over a set of recipes."""
import argparse
import json

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

RECIPES = {
    "pils": dict(og=1.048, target=1.010, temp=10.5),
    "saison": dict(og=1.054, target=1.004, temp=25.0),
    "ipa": dict(og=1.064, target=1.012, temp=19.0),
}


class FermenterEnv(gym.Env):
    def __init__(self, recipe, hours=240):
        self.r = RECIPES[recipe]
        self.hours = hours
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = spaces.Box(-1, 1, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.g = self.r["og"]
        self.temp = self.r["temp"]
        return self._obs(), {}

    def _obs(self):
        noise = self.np_random.normal(0, 0.05, 3)
        return np.array([(self.g - 1) * 20, self.temp / 25, self.t / self.hours] + noise, np.float32)

    def step(self, action):
        self.temp += 0.4 * float(action[0]) + 0.05
        rate = 0.0004 * np.exp(-((self.temp - self.r["temp"]) / 4) ** 2)
        self.g = max(self.r["target"], self.g - rate)
        self.t += 1
        reward = 1000 * rate - 0.05 * abs(self.temp - self.r["temp"])
        return self._obs(), reward, self.g <= self.r["target"], self.t >= self.hours, {}


def score(model, recipe, episodes, seed):
    env = FermenterEnv(recipe)
    returns, temps = [], []
    for ep in range(episodes):
        obs, _ = env.reset(seed=seed + ep)
        total, over = 0.0, False
        while not over:
            action, _ = model.predict(obs, deterministic=True)
            obs, reward, terminated, truncated, _ = env.step(action)
            total += reward
            temps.append(env.temp)
            over = terminated or truncated
        returns.append(total)
    return {"mean": float(np.mean(returns)), "std": float(np.std(returns)),
            "temp_sd": float(np.std(temps))}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("model")
    p.add_argument("--recipes", nargs="*", default=list(RECIPES))
    p.add_argument("--episodes", type=int, default=10)
    p.add_argument("--seed", type=int, default=100)
    p.add_argument("--json")
    a = p.parse_args()

    model = RecurrentPPO.load(a.model, device="cpu")
    results = {r: score(model, r, a.episodes, a.seed) for r in a.recipes}
    for r, s in results.items():
        print(f"{r:8s} {s['mean']:8.2f} +- {s['std']:.2f}   temp sd {s['temp_sd']:.2f}")
    if a.json:
        with open(a.json, "w") as f:
            json.dump(results, f, indent=1)


if __name__ == "__main__":
    main()
