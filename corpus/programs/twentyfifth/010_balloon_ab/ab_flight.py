"""A/B test of two altitude policies on one long-duration balloon, alternating every hour."""
import csv
import sys

import torch
from torch import nn

HOUR = 3600
DT = 30


class AltitudePolicy(nn.Module):
    def __init__(self, n_in=8, n_h=96, n_out=3):
        super().__init__()
        self.n_h = n_h
        self.norm = nn.LayerNorm(n_in)
        self.gru = nn.GRUCell(n_in, n_h)
        self.logits = nn.Linear(n_h, n_out)

    def forward(self, x, h):
        h = self.gru(self.norm(x), h)
        return self.logits(h), h


def telemetry(path):
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            yield int(row["t"]), [float(row[k]) for k in
                                  ("alt", "p", "temp", "u", "v", "batt", "dist", "bearing")]


def assignment(t, seed):
    g = torch.Generator().manual_seed(seed + t // HOUR)
    return "AB"[int(torch.randint(0, 2, (1,), generator=g))]


class Stats:
    def __init__(self):
        self.n = {"A": 0, "B": 0}
        self.near = {"A": 0, "B": 0}
        self.cmds = {"A": [0, 0, 0], "B": [0, 0, 0]}

    def add(self, arm, dist, cmd):
        self.n[arm] += 1
        self.near[arm] += dist < 50.0
        self.cmds[arm][cmd] += 1

    def report(self):
        for arm in "AB":
            frac = self.near[arm] / max(1, self.n[arm])
            print(f"{arm}: steps={self.n[arm]} within50km={frac:.3f} down/stay/up={self.cmds[arm]}")


def fly(stream, weights, send, seed=0):
    net = AltitudePolicy().eval()
    arm = "A"
    net.load_state_dict(weights[arm])
    h = torch.zeros(1, net.n_h)
    stats = Stats()
    for t, feats in stream:
        due = assignment(t, seed)
        if due != arm:
            arm = due
            net.load_state_dict(weights[arm])
        x = torch.tensor([feats])
        with torch.inference_mode():
            logits, h = net(x, h)
        cmd = int(logits.argmax())
        send(t, cmd)
        stats.add(arm, feats[6], cmd)
    return stats


def print_command(t, cmd):
    if t % (10 * DT) == 0:
        print(f"{t:>8d}s", ("descend", "stay", "ascend")[cmd])


def main(argv):
    if len(argv) != 4:
        print("usage: ab_flight.py TELEMETRY.csv A.pt B.pt")
        return 2
    weights = {"A": torch.load(argv[2], map_location="cpu"),
               "B": torch.load(argv[3], map_location="cpu")}
    fly(telemetry(argv[1]), weights, print_command).report()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
