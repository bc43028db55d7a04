"""Runs in the greenhouse; takes over new weights as they are written."""
import argparse
import os
import time
from collections import deque

import numpy as np
import torch

from greenhouse import Greenhouse, WindowQ


class Grower:
    def __init__(self, path, n_obs, n_act):
        self.path = path
        self.mtime = 0.0
        self.step = None
        self.q = WindowQ(n_obs, n_act).eval()
        self.readings = deque(maxlen=self.q.window)
        self.reload()

    def reload(self):
        mtime = os.path.getmtime(self.path)
        if mtime == self.mtime:
            return
        blob = torch.load(self.path, map_location="cpu")
        self.q.load_state_dict(blob["q"])
        self.mtime, self.step = mtime, blob["step"]

    @torch.no_grad()
    def act(self, reading):
        if not self.readings:
            self.readings.extend([reading] * self.q.window)
        self.readings.append(reading)
        x = torch.from_numpy(np.stack(self.readings)).unsqueeze(0)
        return int(self.q(x).argmax())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", default="greenhouse.pt")
    ap.add_argument("--period", type=float, default=1.0)
    args = ap.parse_args()
    house = Greenhouse(seed=int(time.time()), days=365)
    grower = Grower(args.weights, house.n_obs, house.n_act)
    reading, over, total = house.reset(), False, 0.0
    while not over:
        grower.reload()
        reading, r, over = house.step(grower.act(reading))
        total += r
        if house.t % 96 == 0:
            print("day %d weights %s score %.2f" % (house.t // 96, grower.step, total))
        time.sleep(args.period)


if __name__ == "__main__":
    main()
