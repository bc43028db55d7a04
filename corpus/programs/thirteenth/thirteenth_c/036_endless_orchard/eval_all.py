import re
import sys
from glob import glob

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch
import torch.nn as nn

from orchard import Orchard

STEPS = 20_000
WARMUP = 500


class Picker(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(50, 64)
        self.lstm = nn.LSTMCell(64, 64)
        self.q = nn.Linear(64, len(Orchard.ACTIONS))

    def forward(self, x, hc):
        hc = self.lstm(torch.relu(self.fc(x)), hc)
        return self.q(hc[0]), hc


def number(path):
    return int(re.search(r"(\d+)\.pt$", path).group(1))


@torch.no_grad()
def main(folder):
    net = Picker().eval()
    world = Orchard(seed=123)
    obs = world.observe()
    xs, ys = [], []
    for path in sorted(glob(f"{folder}/picker_*.pt"), key=number):
        net.load_state_dict(torch.load(path, map_location="cpu"))
        hc = (torch.zeros(1, 64), torch.zeros(1, 64))
        fruit = 0.0
        for t in range(WARMUP + STEPS):
            q, hc = net(torch.from_numpy(obs).unsqueeze(0), hc)
            if torch.rand(()) < 0.02:
                action = int(torch.randint(len(Orchard.ACTIONS), ()))
            else:
                action = int(q.argmax())
            obs, r = world.step(action)
            if t >= WARMUP:
                fruit += r
        xs.append(number(path))
        ys.append(1000 * fruit / STEPS)
        print(f"{path}: {ys[-1]:.2f} fruit per 1000 steps")

    plt.plot(xs, ys, marker="o")
    plt.xlabel("training step")
    plt.ylabel("fruit / 1000 steps")
    plt.savefig(f"{folder}/curve.png", dpi=150)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "checkpoints")
