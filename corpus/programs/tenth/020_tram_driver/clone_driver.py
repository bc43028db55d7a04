import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

from tram import Tram


class Driver(nn.Module):
    def __init__(self, units: int):
        super().__init__()
        self.units = units
        self.gru = nn.GRU(2, units, num_layers=2)
        self.lever = nn.Linear(units, 3)

    def forward(self, seq: torch.Tensor, h: torch.Tensor | None = None):
        y, h = self.gru(seq, h)
        return self.lever(y), h


def demonstrations(rng: np.random.Generator, rides: int) -> tuple[torch.Tensor, torch.Tensor]:
    senses, levers = [], []
    for _ in range(rides):
        tram = Tram(rng)
        s, done = tram.reset(), False
        ride_s, ride_l = [], []
        while not done:
            lever = tram.expert()
            ride_s.append(s)
            ride_l.append(lever)
            s, _, done = tram.step(lever)
        senses.append(np.stack(ride_s))
        levers.append(np.array(ride_l))
    return torch.tensor(np.stack(senses, 1)), torch.tensor(np.stack(levers, 1))


def train(driver: Driver, senses: torch.Tensor, levers: torch.Tensor, epochs: int, lr: float) -> None:
    opt = torch.optim.AdamW(driver.parameters(), lr=lr)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        order = torch.randperm(senses.shape[1])
        losses = []
        for cols in order.split(32):
            logits, _ = driver(senses[:, cols])
            loss = loss_fn(logits.reshape(-1, 3), levers[:, cols].reshape(-1))
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(driver.parameters(), 1.0)
            opt.step()
            losses.append(loss.item())
        print(f"{epoch:3d} {np.mean(losses):.4f}")


@torch.no_grad()
def ride(driver: Driver, tram: Tram) -> float:
    s, h, total, done = tram.reset(), None, 0.0, False
    while not done:
        logits, h = driver(torch.from_numpy(s).view(1, 1, 2), h)
        s, r, done = tram.step(int(logits.argmax()))
        total += r
    return total


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--rides", type=int, default=256)
    ap.add_argument("--epochs", type=int, default=40)
    ap.add_argument("--units", type=int, default=48)
    ap.add_argument("--save", type=Path, default=Path("driver.pt"))
    args = ap.parse_args()
    rng = np.random.default_rng(4)
    driver = Driver(args.units)
    train(driver, *demonstrations(rng, args.rides), args.epochs, 1e-3)
    driver.eval()
    results = [ride(driver, Tram(rng)) for _ in range(25)]
    print(f"own rides: {np.mean(results):.2f} +- {np.std(results):.2f}")
    torch.save({"units": args.units, "weights": driver.state_dict()}, args.save)


if __name__ == "__main__":
    main()
