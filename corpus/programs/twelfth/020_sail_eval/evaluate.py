import argparse
import csv
import glob
import os
import statistics

import torch
import torch.nn as nn

from sailing import SailingRace


class HelmNet(nn.Module):
    def __init__(self, n_obs, n_actions, hidden=80, layers=2):
        super().__init__()
        self.layers, self.hidden = layers, hidden
        self.gru = nn.GRU(n_obs, hidden, num_layers=layers)
        self.q = nn.Linear(hidden, n_actions)

    def forward(self, x, h):
        y, h = self.gru(x.unsqueeze(0), h)
        return self.q(y[0]), h

    def zero_hidden(self, n):
        return torch.zeros(self.layers, n, self.hidden)


@torch.no_grad()
def evaluate(net, n_envs, episodes, seed):
    """Runs `n_envs` races side by side until `episodes` of them are over."""
    envs = [SailingRace(seed + i) for i in range(n_envs)]
    obs = [env.reset() for env in envs]
    hidden = net.zero_hidden(n_envs)
    running = [0.0] * n_envs
    lengths = [0] * n_envs
    results = []
    while len(results) < episodes:
        q, hidden = net(torch.tensor(obs), hidden)
        actions = q.argmax(dim=1).tolist()
        for i, env in enumerate(envs):
            obs[i], reward, done = env.step(actions[i])
            running[i] += reward
            lengths[i] += 1
            if done:
                results.append((running[i], lengths[i], env.y >= 100))
                running[i], lengths[i] = 0.0, 0
                obs[i] = env.reset()
                hidden[:, i] = 0.0
    return results[:episodes]


def summarise(results):
    returns, lengths, homes = zip(*results)
    return {
        "return": round(statistics.mean(returns), 2),
        "std": round(statistics.pstdev(returns), 2),
        "length": round(statistics.mean(lengths), 1),
        "home": round(sum(homes) / len(homes), 3),
    }


def main():
    ap = argparse.ArgumentParser(description="evaluate all checkpoints of a run")
    ap.add_argument("run")
    ap.add_argument("--envs", type=int, default=16)
    ap.add_argument("--episodes", type=int, default=200)
    ap.add_argument("--seed", type=int, default=500)
    ap.add_argument("--csv", default="evaluation.csv")
    args = ap.parse_args()

    files = sorted(glob.glob(os.path.join(args.run, "helm_*.pt")))
    if not files:
        raise SystemExit(f"no checkpoints in {args.run}")

    net = HelmNet(SailingRace.n_obs, SailingRace.n_actions)
    net.eval()
    rows = []
    for path in files:
        try:
            net.load_state_dict(torch.load(path, map_location="cpu")["online"])
        except (KeyError, RuntimeError) as err:
            print(f"skipping {path}: {err}")
            continue
        row = {"checkpoint": os.path.basename(path)}
        row.update(summarise(evaluate(net, args.envs, args.episodes, args.seed)))
        rows.append(row)
        print(row)

    if rows:
        with open(os.path.join(args.run, args.csv), "w", newline="") as f:
            writer = csv.DictWriter(f, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        best = max(rows, key=lambda r: r["return"])
        print("best:", best["checkpoint"], best["return"])


if __name__ == "__main__":
    main()
