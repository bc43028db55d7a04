"""Retrain the residual value model every week and re-price the dealer's yard."""
import argparse
import glob
import os

import numpy as np
import pandas as pd
import torch
from torch import nn

COLUMNS = ["mileage", "age_months", "list_price", "owners", "damage", "season"]
HORIZON = 6


class ResidualLSTM(nn.Module):
    """Encodes a car's monthly valuations and rolls the value forward."""

    def __init__(self, n_in=len(COLUMNS) + 1, size=56):
        super().__init__()
        self.cell = nn.LSTMCell(n_in, size)
        self.out = nn.Linear(size, 1)
        self.size = size

    def forward(self, static, values, ahead):
        n = len(static)
        ctx = (static.new_zeros(n, self.size), static.new_zeros(n, self.size))
        fits, future = [], []
        for t in range(values.shape[1]):
            ctx = self.cell(torch.cat([static, values[:, t : t + 1]], 1), ctx)
            v = values[:, t : t + 1] + self.out(ctx[0])
            fits.append(v)
        for _ in range(ahead):
            future.append(v)
            ctx = self.cell(torch.cat([static, v], 1), ctx)
            v = v + self.out(ctx[0])
        return torch.cat(fits, 1), torch.cat(future, 1) if future else None


class Trainer:
    def __init__(self, lr=2e-3, patience=8, max_epochs=120):
        self.lr, self.patience, self.max_epochs = lr, patience, max_epochs
        self.net = ResidualLSTM()

    def loss(self, static, values):
        fits, _ = self.net(static, values[:, :-1], 0)
        return (fits - values[:, 1:]).abs().mean()

    def fit(self, static, values):
        cut = int(0.8 * len(static))
        opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        best, kept, bad = np.inf, self.copy_weights(), 0
        for epoch in range(self.max_epochs):
            self.net.train()
            for idx in torch.randperm(cut).split(128):
                opt.zero_grad()
                loss = self.loss(static[idx], values[idx])
                loss.backward()
                nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
                opt.step()
            self.net.eval()
            with torch.no_grad():
                score = self.loss(static[cut:], values[cut:]).item()
            if score < best - 1e-5:
                best, kept, bad = score, self.copy_weights(), 0
            else:
                bad += 1
                if bad >= self.patience:
                    break
        self.net.load_state_dict(kept)
        return best, epoch + 1

    def copy_weights(self):
        return {name: tensor.detach().clone() for name, tensor in self.net.state_dict().items()}

    @torch.no_grad()
    def price(self, static, values):
        self.net.eval()
        return self.net(static, values, HORIZON)[1]


def tensors(frame):
    wide = frame.pivot(index="car", columns="month", values="value").interpolate(axis=1).bfill(axis=1)
    static = frame.groupby("car")[COLUMNS].last().loc[wide.index]
    static = (static - static.mean()) / (static.std() + 1e-6)
    return (wide.index, torch.tensor(static.to_numpy(np.float32)), torch.tensor(np.log(wide.to_numpy(np.float32)) - 9.5))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--market", default="market/*.csv", help="one file per week with the sold cars")
    ap.add_argument("--yard", default="yard.csv")
    ap.add_argument("--out", default="prices")
    args = ap.parse_args()
    os.makedirs(args.out, exist_ok=True)

    yard, yard_static, yard_values = tensors(pd.read_csv(args.yard))
    trainer = Trainer()
    for path in sorted(glob.glob(args.market)):
        week = os.path.splitext(os.path.basename(path))[0]
        _, static, values = tensors(pd.read_csv(path))
        best, epochs = trainer.fit(static, values)
        forecast = (trainer.price(yard_static, yard_values) + 9.5).exp().numpy()
        table = pd.DataFrame(forecast, index=yard, columns=[f"m+{k}" for k in range(HORIZON)])
        table.round(-1).to_csv(os.path.join(args.out, f"{week}.csv"))
        torch.save(trainer.net.state_dict(), os.path.join(args.out, f"{week}.pt"))
        print(f"{week}: {epochs} epochs, validation {best:.4f}, yard worth {forecast[:, 0].sum():,.0f}")


if __name__ == "__main__":
    main()
