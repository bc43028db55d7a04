import argparse
import os

import torch

from house import House
from policy import HeatPolicy


def episode(house, policy, device):
    obs, done = house.reset(), False
    policy.reset_memory()
    logps, rewards = [], []
    while not done:
        dist = policy(torch.tensor([obs], device=device))
        a = dist.sample()
        obs, r, done = house.step(a.item())
        logps.append(dist.log_prob(a))
        rewards.append(r)
    return torch.cat(logps), rewards


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=8000)
    ap.add_argument("--resume")
    ap.add_argument("--out", default="runs/heat")
    args = ap.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    os.makedirs(args.out, exist_ok=True)

    policy = HeatPolicy().to(device)
    if args.resume:
        policy.load_state_dict(torch.load(args.resume, map_location=device))
    optim = torch.optim.Adam(policy.parameters(), lr=1e-3)
    house, baseline = House(), None
    for i in range(1, args.episodes + 1):
        logps, rewards = episode(house, policy, device)
        togo = torch.tensor(rewards, device=device).flip(0).cumsum(0).flip(0)
        baseline = togo if baseline is None else 0.95 * baseline + 0.05 * togo
        loss = -(logps * (togo - baseline)).mean()
        optim.zero_grad()
        loss.backward()
        optim.step()
        if i % 500 == 0:
            print(i, sum(rewards))
            torch.save(policy.state_dict(), os.path.join(args.out, f"policy_{i}.pt"))


if __name__ == "__main__":
    main()
