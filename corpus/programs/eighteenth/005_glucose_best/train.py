import argparse

import numpy as np
import torch
import torch.nn as nn

from patient import Patient


class Pump(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.rnn = nn.GRU(2, hidden, batch_first=True)
        self.mean = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor(-1.5))

    def forward(self, x, h=None):
        y, h = self.rnn(x, h)
        return torch.distributions.Normal(self.mean(y).squeeze(-1), self.log_std.exp()), h


def run_day(pump, patient, explore=True):
    cgm, dose, done = patient.wake_up(), 0.0, False
    h = None
    logps, rewards = [], []
    while not done:
        x = torch.tensor([[[cgm / 100 - 1.2, dose]]], dtype=torch.float32)
        dist, h = pump(x, h)
        u = dist.sample() if explore else dist.mean
        logps.append(dist.log_prob(u.detach()).squeeze())
        dose = float(u.clamp(0, 3))
        cgm, r, done = patient.step(dose)
        rewards.append(r)
    return logps, rewards


@torch.no_grad()
def evaluate(pump, seed, days):
    patient = Patient(np.random.default_rng(seed))
    return float(np.mean([sum(run_day(pump, patient, explore=False)[1]) for _ in range(days)]))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--epochs", type=int, default=300)
    ap.add_argument("--days", type=int, default=8)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--drop", type=float, default=15.0, help="go back to the best weights after this loss of score")
    args = ap.parse_args()

    pump = Pump()
    patient = Patient(np.random.default_rng(0))
    opt = torch.optim.Adam(pump.parameters(), lr=args.lr)
    best_score, best = -np.inf, None

    for epoch in range(args.epochs):
        losses = []
        for _ in range(args.days):
            logps, rewards = run_day(pump, patient)
            returns, g = [], 0.0
            for r in reversed(rewards):
                g = r + 0.97 * g
                returns.append(g)
            ret = torch.tensor(returns[::-1])
            ret = (ret - ret.mean()) / (ret.std() + 1e-6)
            losses.append(-(torch.stack(logps) * ret).mean())
        opt.zero_grad()
        torch.stack(losses).mean().backward()
        nn.utils.clip_grad_norm_(pump.parameters(), 1.0)
        opt.step()

        score = evaluate(pump, seed=99, days=5)
        if score > best_score:
            best_score = score
            best = pump.state_dict()
        elif score < best_score - args.drop:
            print(f"epoch {epoch}: {score:.1f}, back to {best_score:.1f}")
            pump.load_state_dict(best)
            opt = torch.optim.Adam(pump.parameters(), lr=args.lr / 2)
        if epoch % 10 == 0:
            print(f"epoch {epoch}: {score:.1f} (best {best_score:.1f})")

    pump.load_state_dict(best)
    torch.save(pump.state_dict(), "pump.pt")


if __name__ == "__main__":
    main()
