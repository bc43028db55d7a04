import argparse
import pathlib
import time

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn


class VAE(nn.Module):
    def __init__(self, z=32):
        super().__init__()
        self.e = nn.Sequential(nn.Conv2d(3, 32, 4, 2), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2 * z))
        self.d = nn.Sequential(nn.Linear(z, 64 * 64 * 3), nn.Sigmoid())

    def encode(self, x):
        mu, lv = self.e(x).chunk(2, -1)
        return mu

    def forward(self, x):
        mu, lv = self.e(x).chunk(2, -1)
        z = mu + (0.5 * lv).exp() * torch.randn_like(mu)
        return self.d(z), mu, lv


class Depth(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 3, 2), nn.ReLU(), nn.Conv2d(16, 1, 3, 2), nn.Flatten(), nn.LazyLinear(16))

    def forward(self, x):
        return self.net(x)


class Ctl(nn.Module):
    def __init__(self, z=48, a=3):
        super().__init__()
        self.gru = nn.GRUCell(z, 64)
        self.a = nn.Linear(64, a)
        self.h = None

    def forward(self, z):
        self.h = self.gru(z, self.h)
        return torch.tanh(self.a(self.h))


def prep(frame):
    return torch.as_tensor(np.ascontiguousarray(frame[:84:2, ::2])).permute(2, 0, 1).float()[None] / 255


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--vision", type=pathlib.Path, default="vision")
    ap.add_argument("--ctl", default="ctl.pt")
    ap.add_argument("--steps", type=int, default=100_000)
    args = ap.parse_args()
    env = gym.make("CarRacing-v3")
    vae, depth, ctl = VAE().eval(), Depth().eval(), Ctl().eval()
    ctl.load_state_dict(torch.load(args.ctl))
    frame, _ = env.reset()
    ret, t_last = 0.0, 0.0
    with torch.no_grad():
        for t in range(args.steps):
            if t % 1000 == 0:
                # the perception models are still trained elsewhere
                f = pathlib.Path(args.vision) / "depth.pt"
                if f.exists() and f.stat().st_mtime > t_last:
                    depth.load_state_dict(torch.load(f))
                    t_last = time.time()
            x = prep(frame)
            z = torch.cat([vae.encode(x), depth(x)], -1)
            frame, r, te, tr, _ = env.step(ctl(z)[0].numpy())
            ret += r
            if te or tr:
                print(t, ret)
                ret = 0.0
                frame, _ = env.reset()
                ctl.h = None


if __name__ == "__main__":
    main()
