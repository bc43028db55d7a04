import argparse
import collections
import os

import gym
import numpy as np
import pfrl
import torch
from pfrl.agents import PPO
from pfrl.policies import GaussianHeadWithStateIndependentCovariance
from torch import nn


class TensionEnv(gym.Env):
    """Upper thread tension on a lockstitch head. One episode = one garment."""

    observation_space = gym.spaces.Box(-np.inf, np.inf, (5,), np.float32)
    action_space = gym.spaces.Box(-1, 1, (1,), np.float32)

    def __init__(self, garment_len=2500):
        self.garment_len = garment_len

    def reset(self):
        self.k = 0
        self.tension = 1.2
        self.fabric = np.random.uniform(0.5, 2.0)
        self.speed = 0.0
        return self._o()

    def _o(self):
        pull = self.tension * self.fabric + np.random.randn() * 0.05
        return np.array([self.tension, pull, self.speed, self.k / self.garment_len, 1], np.float32)

    def step(self, a):
        self.k += 1
        self.speed = min(1.0, self.speed + 0.002)
        if self.k % 400 == 0:
            self.fabric = np.random.uniform(0.5, 2.0)
        self.tension = float(np.clip(self.tension + 0.05 * a[0], 0.1, 4))
        err = abs(self.tension * self.fabric - 1.5)
        snapped = np.random.rand() < 0.002 * max(0, err - 1)
        return self._o(), -err - 5.0 * snapped, self.k >= self.garment_len, {"snap": snapped}


def make_model(n_obs, n_act, h=64):
    return pfrl.nn.RecurrentSequential(
        nn.Linear(n_obs, h),
        nn.Tanh(),
        nn.LSTM(num_layers=1, input_size=h, hidden_size=h),
        pfrl.nn.Branched(
            nn.Sequential(
                nn.Linear(h, n_act),
                GaussianHeadWithStateIndependentCovariance(
                    action_size=n_act, var_type="diagonal",
                    var_func=lambda x: torch.exp(2 * x), var_param_init=0),
            ),
            nn.Linear(h, 1),
        ),
    )


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=500_000)
    p.add_argument("--outdir", default="out_tension")
    p.add_argument("--window", type=int, default=500)
    p.add_argument("--slack", type=float, default=0.3)
    args = p.parse_args()

    env = TensionEnv()
    model = make_model(5, 1)
    opt = torch.optim.Adam(model.parameters(), lr=2e-4)
    agent = PPO(model, opt, recurrent=True, update_interval=1024, minibatch_size=256,
                epochs=4, max_recurrent_sequence_len=64, gpu=-1)

    good = os.path.join(args.outdir, "good")
    best = -np.inf
    recent = collections.deque(maxlen=args.window)
    obs = env.reset()
    for t in range(1, args.steps + 1):
        action = agent.act(obs)
        obs, r, done, info = env.step(action)
        agent.observe(obs, r, done, False)
        recent.append(r)

        if t % args.window == 0:
            m = float(np.mean(recent))
            if m > best:
                best = m
                agent.save(good)
            elif m < best - args.slack:
                # the last updates broke more thread than they saved
                print(f"{t}: {m:.3f} vs {best:.3f}, back to last good policy")
                agent.load(good)
                recent.clear()

        if done:
            obs = env.reset()
    agent.save(os.path.join(args.outdir, "final"))


if __name__ == "__main__":
    main()
