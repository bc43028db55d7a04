import argparse
import logging

import torch
from torch import nn

from theatre import Theatre


class InfusionPolicy(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.GRUCell(2, hidden)
        self.rate = nn.Linear(hidden, 1)

    def forward(self, shown, last_rate, h):
        h = self.cell(torch.cat([shown, last_rate.unsqueeze(1)], dim=1), h)
        return 4 * torch.sigmoid(self.rate(h)).squeeze(1), h


def operate(policy, patients, steps):
    h = torch.zeros(patients.n, policy.hidden)
    rate = torch.zeros(patients.n)
    cost = 0.0
    for k in range(steps):
        rate, h = policy(patients.shown(), rate, h)
        patients.give(rate)
        error = (patients.depth() - 50) / 10
        cost = cost + (error.pow(2) * min(1.0, k / 30) + 0.01 * rate).mean()
    return cost / steps


class BestKeeper:
    def __init__(self, patience):
        self.patience = patience
        self.cost = float("inf")
        self.weights = None
        self.bad = 0

    def offer(self, model, cost):
        if cost < self.cost:
            self.cost = cost
            self.weights = {k: v.detach().clone() for k, v in model.state_dict().items()}
            self.bad = 0
        else:
            self.bad += 1
        return self.bad <= self.patience

    def restore(self, model):
        model.load_state_dict(self.weights)


def validate(policy, steps):
    with torch.no_grad():
        gen = torch.Generator().manual_seed(77)
        return operate(policy, Theatre(512, gen), steps).item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--iterations", type=int, default=5000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=360)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--patience", type=int, default=20)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    policy = InfusionPolicy()
    optim = torch.optim.AdamW(policy.parameters(), lr=args.lr)
    keeper = BestKeeper(args.patience)
    for it in range(args.iterations):
        loss = operate(policy, Theatre(args.batch), args.steps)
        optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optim.step()
        if it % 50 == 0:
            cost = validate(policy, args.steps)
            logging.info("%5d train %.3f valid %.3f", it, loss.item(), cost)
            if not keeper.offer(policy, cost):
                logging.info("no better for %d checks, stop", args.patience)
                break
    keeper.restore(policy)
    logging.info("best %.3f, long operations %.3f", keeper.cost, validate(policy, 4 * args.steps))
    torch.save(policy.state_dict(), "infusion.pt")


if __name__ == "__main__":
    main()
