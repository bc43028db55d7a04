import csv
import itertools
import os
from typing import NamedTuple

import gfootball.env as football_env
import numpy as np
import torch
import torch.nn as nn


class Hidden(NamedTuple):
    h: torch.Tensor
    c: torch.Tensor


class SeedNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Linear(115, 256)
        self.lstm = nn.LSTMCell(256, 256)
        self.pi = nn.Linear(256, 19)

    def blank(self, n):
        return Hidden(torch.zeros(n, 256), torch.zeros(n, 256))

    def forward(self, x, hid):
        h, c = self.lstm(torch.relu(self.emb(x)), hid)
        return self.pi(h), Hidden(h, c)


def substitutions(folder):
    """endless: yields checkpoint after checkpoint"""
    files = sorted(os.listdir(folder))
    yield from itertools.cycle(os.path.join(folder, f) for f in files)


def main(folder="ckpts", sub_every=750, n_steps=120_000, out="subs.csv"):
    env = football_env.create_environment("11_vs_11_stochastic", representation="simple115v2", number_of_left_players_agent_controls=4)
    subs = substitutions(folder)
    net = SeedNet()
    name = next(subs)
    net.load_state_dict(torch.load(name))
    obs = env.reset()
    hid = net.blank(4)
    rows, goal = [], 0
    with torch.no_grad():
        for t in range(1, n_steps):
            logits, hid = net(torch.from_numpy(np.asarray(obs)).float(), hid)
            act = torch.distributions.Categorical(logits=logits).sample()
            obs, rew, done, info = env.step(act.tolist())
            goal += int(np.sum(rew))
            if t % sub_every == 0:
                rows.append((os.path.basename(name), t, goal))
                goal = 0
                name = next(subs)
                net.load_state_dict(torch.load(name))
            if done:
                obs = env.reset()
                hid = net.blank(4)
    with open(out, "w") as f:
        csv.writer(f).writerows(rows)


if __name__ == "__main__":
    main()
