"""Trains a firing controller and writes a report with one row per firing."""
import argparse
import json
from collections import defaultdict

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

SCHEDULE = [(0, 20), (60, 120), (180, 600), (300, 1000), (360, 1222), (380, 1222)]


def setpoint(minute):
    t, c = zip(*SCHEDULE)
    return float(np.interp(minute, t, c))


class Kiln(gym.Env):
    def __init__(self, pyrometer_noise=8.0):
        self.noise = pyrometer_noise
        self.observation_space = gym.spaces.Box(-5, 5, (3,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.minute = 0
        self.temp = self.ware = 20.0
        self.mass = self.np_random.uniform(0.5, 2.0)
        self.gas = 0.0
        return self._obs(), {}

    def _obs(self):
        read = self.temp + self.np_random.normal(0, self.noise)
        return np.array([read / 1000, (setpoint(self.minute) - read) / 100, self.gas], dtype=np.float32).clip(-5, 5)

    def step(self, action):
        self.gas = float(np.clip((action[0] + 1) / 2, 0, 1))
        self.temp += 14 * self.gas - 0.004 * (self.temp - 20) - 0.1 * (self.temp - self.ware)
        self.ware += 0.1 / self.mass * (self.temp - self.ware)
        self.minute += 1
        error = self.ware - setpoint(self.minute)
        cracked = abs(self.temp - self.ware) > 150
        info = {"error": error, "gas": self.gas}
        reward = -abs(error) / 100 - 0.05 * self.gas - (10 if cracked else 0)
        return self._obs(), reward, cracked, self.minute >= 380, info


def train(args):
    venv = VecNormalize(make_vec_env(Kiln, n_envs=args.n_envs), norm_obs=False)
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=380, batch_size=760, gamma=0.995, ent_coef=0.001,
        policy_kwargs={"lstm_hidden_size": 64}, verbose=1,
    )
    model.learn(args.steps, callback=CheckpointCallback(100_000, args.dir, "kiln"))
    model.save(args.model)


def report(args):
    venv = make_vec_env(Kiln, n_envs=args.n_envs, seed=99)
    model = RecurrentPPO.load(args.model)
    obs = venv.reset()
    memory = None
    begins = np.ones(args.n_envs, dtype=bool)
    rows, errors, gas = [], defaultdict(list), defaultdict(float)
    while len(rows) < args.firings:
        actions, memory = model.predict(obs, state=memory, episode_start=begins, deterministic=True)
        obs, _, begins, infos = venv.step(actions)
        for i, info in enumerate(infos):
            errors[i].append(abs(info["error"]))
            gas[i] += info["gas"]
            if begins[i]:
                rows.append({
                    "minutes": len(errors[i]),
                    "mean_error": float(np.mean(errors[i])),
                    "max_error": float(np.max(errors[i])),
                    "gas": gas[i],
                    "cracked": not info.get("TimeLimit.truncated", False),
                })
                errors[i], gas[i] = [], 0.0
    with open(args.out, "w") as f:
        json.dump(rows, f, indent=1)
    print("cracked", sum(r["cracked"] for r in rows), "of", len(rows))


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("what", choices=["train", "report"])
    ap.add_argument("--model", default="kiln_model.zip")
    ap.add_argument("--dir", default="checkpoints")
    ap.add_argument("--out", default="firings.json")
    ap.add_argument("--steps", type=int, default=2_000_000)
    ap.add_argument("--firings", type=int, default=64)
    ap.add_argument("--n-envs", type=int, default=8)
    ns = ap.parse_args()
    {"train": train, "report": report}[ns.what](ns)
