# Renders the newest checkpoint while training runs in another terminal.
import argparse
import glob
import os

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn


class LSTMPolicy(nn.Module):
    def __init__(self, obs_dim, n_act, hid=128):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(obs_dim, hid), nn.Tanh())
        self.cell = nn.LSTMCell(hid, hid)
        self.head = nn.Linear(hid, n_act)
        self.hid = hid
        self.hidden = None

    def begin_episode(self):
        self.hidden = None

    def forward(self, x):
        z = self.enc(x)
        if self.hidden is None:
            h = torch.zeros(x.shape[0], self.hid)
            self.hidden = (h, h.clone())
        self.hidden = self.cell(z, self.hidden)
        return self.head(self.hidden[0])


def newest(folder):
    files = glob.glob(os.path.join(folder, "*.pt"))
    return max(files, key=os.path.getmtime) if files else None


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--env", default="BipedalWalker-v3")
    ap.add_argument("--check-every", type=int, default=200)
    a = ap.parse_args()

    env = gym.make(a.env, render_mode="human")
    net = LSTMPolicy(env.observation_space.shape[0], env.action_space.shape[0])
    cur = newest(a.folder)
    if cur:
        net.load_state_dict(torch.load(cur))
    net.eval()

    steps, ret = 0, 0.0
    obs, _ = env.reset()
    net.begin_episode()
    while True:
        with torch.no_grad():
            act = net(torch.as_tensor(obs, dtype=torch.float32)[None]).numpy()[0]
        obs, r, term, trunc, _ = env.step(np.clip(act, -1, 1))
        ret += r
        steps += 1
        if steps % a.check_every == 0:
            f = newest(a.folder)
            if f != cur:
                print("->", f)
                net.load_state_dict(torch.load(f))
                cur = f
        if term or trunc:
            print(f"return {ret:.1f}")
            ret = 0.0
            obs, _ = env.reset()
            net.begin_episode()


if __name__ == "__main__":
    main()
