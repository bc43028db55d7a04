import os
import re
import time
from typing import NamedTuple, Optional

import gymnasium as gym
import numpy as np
import torch
from torch import nn

RUN_DIR = os.environ.get("RUN_DIR", "runs/adcs")


class Belief(NamedTuple):
    h: torch.Tensor
    z: torch.Tensor
    a: torch.Tensor


class WorldModelAgent(nn.Module):
    def __init__(self, obs_dim, act_dim, h=200, groups=8, classes=8):
        super().__init__()
        self.groups, self.classes, self.h_dim, self.act_dim = groups, classes, h, act_dim
        z = groups * classes
        self.embed = nn.Sequential(nn.Linear(obs_dim, h), nn.SiLU())
        self.mix = nn.Sequential(nn.Linear(z + act_dim, h), nn.SiLU())
        self.gru = nn.GRUCell(h, h)
        self.posterior = nn.Linear(2 * h, z)
        self.actor = nn.Sequential(nn.Linear(h + z, h), nn.SiLU(), nn.Linear(h, act_dim))

    def start(self):
        z = self.groups * self.classes
        return Belief(torch.zeros(1, self.h_dim), torch.zeros(1, z), torch.zeros(1, self.act_dim))

    @torch.no_grad()
    def step(self, obs, belief: Optional[Belief]):
        if belief is None:
            belief = self.start()
        h = self.gru(self.mix(torch.cat([belief.z, belief.a], 1)), belief.h)
        logits = self.posterior(torch.cat([h, self.embed(obs)], 1)).view(1, self.groups, self.classes)
        z = torch.distributions.OneHotCategorical(logits=logits).sample().flatten(1)
        a = torch.tanh(self.actor(torch.cat([h, z], 1)))
        return a, Belief(h, z, a)


class Pointing(gym.Env):
    """Single axis pointing with a reaction wheel and a flexible panel."""

    observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
    action_space = gym.spaces.Box(-1, 1, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x = self.np_random.normal(0, 0.5, 3)
        self.k = 0
        return self.x.astype(np.float32), {}

    def step(self, action):
        angle, rate, flex = self.x
        acc = float(action[0]) - 0.1 * flex
        self.x = np.array([angle + 0.05 * rate, rate + 0.05 * acc, 0.97 * flex + 0.02 * acc])
        self.k += 1
        return self.x.astype(np.float32), -abs(angle), abs(angle) > 3.2, self.k >= 600, {}


def newest(run_dir):
    best, path = -1, None
    for name in os.listdir(run_dir):
        m = re.fullmatch(r"step_(\d+)\.pt", name)
        if m and int(m.group(1)) > best:
            best, path = int(m.group(1)), os.path.join(run_dir, name)
    return best, path


def main():
    env = Pointing()
    agent = WorldModelAgent(3, 1)
    loaded, path = newest(RUN_DIR)
    while path is None:
        time.sleep(10)
        loaded, path = newest(RUN_DIR)
    agent.load_state_dict(torch.load(path, map_location="cpu"))

    obs, _ = env.reset(seed=0)
    belief, ret, n = None, 0.0, 0
    while True:
        n += 1
        if n % 250 == 0:
            step, path = newest(RUN_DIR)
            if step > loaded:
                agent.load_state_dict(torch.load(path, map_location="cpu"))
                loaded, belief = step, None
                print("now flying", path)
        action, belief = agent.step(torch.from_numpy(obs).unsqueeze(0), belief)
        obs, reward, terminated, truncated, _ = env.step(action[0].numpy())
        ret += reward
        if terminated or truncated:
            print(f"ckpt {loaded} return {ret:.2f}")
            obs, _ = env.reset()
            belief, ret = None, 0.0


if __name__ == "__main__":
    main()
