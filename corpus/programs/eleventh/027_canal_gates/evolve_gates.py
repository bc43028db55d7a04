import argparse

import torch
from torch import nn

from irrigation import Irrigation

GATES = ["north", "mill", "orchard", "ford", "vineyard", "weir"]


class GatePolicy(nn.Module):
    def __init__(self, n_in=4, n_hid=24):
        super().__init__()
        self.n_hid = n_hid
        self.rnn = nn.LSTMCell(n_in, n_hid)
        self.valve = nn.Linear(n_hid, 1)

    def blank(self):
        return torch.zeros(1, self.n_hid), torch.zeros(1, self.n_hid)

    def forward(self, x, hc):
        h, c = self.rnn(x, hc)
        return torch.sigmoid(self.valve(h)), (h, c)


def mutate(net, sigma):
    with torch.no_grad():
        for w in net.parameters():
            w.add_(sigma * torch.randn_like(w))


@torch.no_grad()
def run(weeks, sigma, folder):
    world = Irrigation(GATES)
    policies = {g: GatePolicy() for g in GATES}
    hidden = {g: policies[g].blank() for g in GATES}

    obs = world.observe()
    for week in range(weeks):
        score = dict.fromkeys(GATES, 0.0)
        for _ in range(7 * 24):
            opening = {}
            for g in GATES:
                x = torch.tensor([obs[g]], dtype=torch.float32)
                y, hidden[g] = policies[g](x, hidden[g])
                opening[g] = y.item()
            reward = world.tick(opening)
            obs = world.observe()
            for g in GATES:
                score[g] += reward[g]

        ranking = sorted(GATES, key=score.get)
        worst, best = ranking[0], ranking[-1]
        policies[worst].load_state_dict(policies[best].state_dict())
        mutate(policies[worst], sigma)
        hidden[worst] = policies[worst].blank()

        mean = sum(score.values()) / len(score)
        print(f"week {week:3d}  mean {mean:8.2f}  {worst} <- {best}")

    for g in GATES:
        torch.save(policies[g].state_dict(), f"{folder}/{g}.pt")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--weeks", type=int, default=200)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--out", default=".")
    a = ap.parse_args()
    torch.manual_seed(0)
    run(a.weeks, a.sigma, a.out)
