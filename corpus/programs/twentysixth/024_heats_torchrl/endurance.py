#!/usr/bin/env python
"""Endurance flight over a slalom, taking in one checkpoint after the other.

Used for the figure with lap times against training steps:
    python endurance.py --folder runs/slalom --laps-per-ckpt 5
"""
import argparse
import glob
import math
import os

import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictModule as Mod
from tensordict.nn import TensorDictSequential as Seq
from torch import nn
from torchrl.modules import LSTMModule

OBS, UNITS = 6, 64


def make_actor():
    lstm = LSTMModule(
        input_size=OBS,
        hidden_size=UNITS,
        in_keys=["obs", "h", "c"],
        out_keys=["feat", ("next", "h"), ("next", "c")],
    )
    tail = nn.Sequential(nn.Linear(UNITS, UNITS), nn.ELU(), nn.Linear(UNITS, 2), nn.Tanh())
    return Seq(lstm, Mod(tail, in_keys=["feat"], out_keys=["action"]))


class Slalom:
    """2D drone with drag; poles every 10 m, left and right of them in turn. Never ends."""

    def __init__(self, gust):
        self.gust = gust
        self.x = self.y = 0.0
        self.vx = self.vy = 0.0
        self.heading = 0.0
        self.hits = 0

    def obs(self):
        d = 10.0 - self.x % 10.0
        side = 1.0 if int(self.x // 10) % 2 == 0 else -1.0
        return torch.tensor([[d / 10, side, self.y / 3, self.vx / 10, self.vy / 5, math.sin(self.heading)]])

    def step(self, action, dt=0.05):
        thrust, turn = action[0].tolist()
        before = int(self.x // 10)
        self.heading = max(-1.2, min(1.2, self.heading + 2.0 * turn * dt))
        acc = 6.0 * (1.0 + thrust)
        self.vx += dt * (acc * math.cos(self.heading) - 0.4 * self.vx)
        self.vy += dt * (acc * math.sin(self.heading) - 0.4 * self.vy + self.gust * torch.randn(()).item())
        self.x += dt * self.vx
        self.y += dt * self.vy
        if int(self.x // 10) > before:
            side = 1.0 if before % 2 == 0 else -1.0
            self.hits += self.y * side < 0.3
        return self.obs()


def blank(obs):
    return TensorDict(
        {"obs": obs, "h": torch.zeros(1, 1, UNITS), "c": torch.zeros(1, 1, UNITS),
         "is_init": torch.ones(1, 1, dtype=torch.bool)},
        batch_size=[1],
    )


def advance(td, obs):
    out = td["next"].select("h", "c")
    out["obs"] = obs
    out["is_init"] = torch.zeros(1, 1, dtype=torch.bool)
    return out


@torch.no_grad()
def endurance(actor, files, laps, lap_len, gust, limit):
    course = Slalom(gust)
    rows = []
    for f in files:
        actor.load_state_dict(torch.load(f, map_location="cpu"))
        td = blank(course.obs())
        start_x, start_hits, n = course.x, course.hits, 0
        while course.x < start_x + laps * lap_len and n < limit:
            actor(td)
            td = advance(td, course.step(td["action"]))
            n += 1
        rows.append((os.path.basename(f), n * 0.05 / laps, course.hits - start_hits))
    return rows


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--folder", required=True)
    ap.add_argument("--laps-per-ckpt", type=int, default=5)
    ap.add_argument("--lap-len", type=float, default=200.0)
    ap.add_argument("--gust", type=float, default=0.5)
    ap.add_argument("--limit", type=int, default=20000, help="steps per checkpoint at most")
    args = ap.parse_args()

    files = sorted(glob.glob(os.path.join(args.folder, "actor_*.pt")))
    actor = make_actor().eval()
    for name, lap_time, hits in endurance(actor, files, args.laps_per_ckpt, args.lap_len, args.gust, args.limit):
        print(f"{name:28s} {lap_time:7.2f} s/lap {hits:4d} poles touched")


if __name__ == "__main__":
    main()
