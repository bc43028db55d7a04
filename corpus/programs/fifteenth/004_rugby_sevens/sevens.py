import glob
import os
import time

import numpy as np
import torch
from torch import nn

CKPT_DIR = os.environ.get("SEVENS_CKPTS", "ckpts")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class SevensEnv:
    """7 v 7 on a grid, we steer the ball carrier only (left, straight, right, pass, kick)."""

    HALF = 140

    def __init__(self):
        self.rng = np.random.default_rng()

    def reset(self):
        self.tick = 0
        self.pos = np.array([0.5, 0.1])
        self.defs = self.rng.random((7, 2))
        return self.look()

    def look(self):
        near = self.defs[np.argsort(((self.defs - self.pos) ** 2).sum(1))[:3]]
        return np.concatenate([self.pos, near.ravel(), [self.tick / self.HALF]]).astype(np.float32)

    def step(self, a):
        self.tick += 1
        self.pos += np.array([(-0.03, 0.0, 0.03, 0.1, 0.0)[a], 0.02 if a < 3 else (0.0 if a == 3 else 0.08)])
        self.pos = self.pos.clip(0, 1)
        self.defs += 0.015 * np.sign(self.pos - self.defs) + self.rng.normal(0, 0.005, (7, 2))
        r = 0.0
        if self.pos[1] >= 1.0:
            r = 5.0
            self.pos = np.array([0.5, 0.1])
        elif (((self.defs - self.pos) ** 2).sum(1) < 0.0008).any():
            r = -0.5
            self.pos[1] = max(0.05, self.pos[1] - 0.1)
        return self.look(), r, self.tick >= self.HALF


class Agent:
    def __init__(self):
        self.body = nn.GRU(9, 64).to(DEVICE)
        self.out = nn.Linear(64, 5).to(DEVICE)
        self.h = None
        self.version = -1

    def act(self, obs):
        with torch.no_grad():
            x = torch.from_numpy(obs).to(DEVICE).view(1, 1, -1)
            y, self.h = self.body(x, self.h)
            return self.out(y).argmax().item()

    def new_half(self):
        self.h = None

    def save(self, path):
        torch.save([self.body.state_dict(), self.out.state_dict()], path)

    def load(self, path, version):
        body, out = torch.load(path, map_location=DEVICE)
        self.body.load_state_dict(body)
        self.out.load_state_dict(out)
        self.version = version
        self.h = None


def newest():
    files = glob.glob(os.path.join(CKPT_DIR, "sevens_*.pt"))
    if not files:
        return None, -1
    path = max(files, key=lambda f: int(f.rsplit("_", 1)[1][:-3]))
    return path, int(path.rsplit("_", 1)[1][:-3])


def main():
    env, agent = SevensEnv(), Agent()
    while True:
        obs, done, total = env.reset(), False, 0.0
        agent.new_half()
        while not done:
            if env.tick % 20 == 0:
                path, version = newest()
                if version > agent.version:
                    agent.load(path, version)
            obs, r, done = env.step(agent.act(obs))
            total += r
        print(time.strftime("%H:%M:%S"), "v%d" % agent.version, "half over, points", total)


if __name__ == "__main__":
    main()
