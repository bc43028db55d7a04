"""MPC-ish agent: an LSTM forecasts demand 24 h ahead from a week of history, SAC (feed-forward) sets the boilers."""
import argparse
import os

import numpy as np
import torch
import torch.nn as nn
from stable_baselines3 import SAC

from heat_env import HeatEnv


class Forecaster(nn.Module):
    def __init__(self, d=6, h=48):
        super().__init__()
        self.rnn = nn.LSTM(d, h, batch_first=True)
        self.out = nn.Linear(h, 24)

    def forward(self, week):
        y, _ = self.rnn(week)
        return self.out(y[:, -1])


def train_forecaster(net, hist, path, epochs=200, patience=10):
    opt = torch.optim.Adam(net.parameters(), 1e-3)
    X = torch.as_tensor(np.stack([hist[i : i + 168] for i in range(len(hist) - 192)]))
    Y = torch.as_tensor(np.stack([hist[i + 168 : i + 192, 0] for i in range(len(hist) - 192)]))
    n = int(0.9 * len(X))
    best, wait = np.inf, 0
    for ep in range(epochs):
        net.train()
        for idx in torch.randperm(n).split(64):
            loss = nn.functional.l1_loss(net(X[idx]), Y[idx])
            opt.zero_grad()
            loss.backward()
            opt.step()
        net.eval()
        with torch.no_grad():
            v = nn.functional.l1_loss(net(X[n:]), Y[n:]).item()
        if v < best:
            best, wait = v, 0
            torch.save(net.state_dict(), path)
        else:
            wait += 1
            if wait == patience:
                break
    net.load_state_dict(torch.load(path))
    return best


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--hist", default="demand.npy")
    ap.add_argument("--sac", default="sac_boiler.zip")
    ap.add_argument("--days", type=int, default=365)
    args = ap.parse_args()
    hist = np.load(args.hist).astype(np.float32)
    f = Forecaster()
    print("val MAE", train_forecaster(f, hist, "fc.pt"))
    env = HeatEnv()
    agent = SAC.load(args.sac)
    week = hist[-168:].copy()
    obs, _ = env.reset()
    cost = 0.0
    for hour in range(24 * args.days):
        if hour % (24 * 7) == 0 and hour:
            train_forecaster(f, np.concatenate([hist, week]), "fc.pt", epochs=5)
            if os.path.exists("sac_new.zip"):
                agent.set_parameters("sac_new.zip")
        with torch.no_grad():
            fc = f(torch.as_tensor(week)[None])[0].numpy()
        act, _ = agent.predict(np.concatenate([obs, fc]), deterministic=True)
        obs, r, _, _, info = env.step(act)
        week = np.vstack([week[1:], info["row"]]).astype(np.float32)
        cost -= r
    print("cost", cost)


if __name__ == "__main__":
    main()
