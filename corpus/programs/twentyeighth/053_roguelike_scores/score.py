import argparse
import glob
import json

import numpy as np
import torch
import torch.nn as nn

from crawler import Crawl


class Bot(nn.Module):
    def __init__(self, n_in, n_act, size=128):
        super().__init__()
        self.size = size
        self.eye = nn.Sequential(nn.Linear(n_in, size), nn.GELU())
        self.lstm = nn.LSTMCell(size, size)
        self.policy = nn.Linear(size, n_act)
        self.value = nn.Linear(size, 1)

    def initial_map(self, n):
        return torch.zeros(n, self.size), torch.zeros(n, self.size)

    def forward(self, obs, first, inner_map):
        keep = 1.0 - first.float().unsqueeze(1)
        inner_map = tuple(m * keep for m in inner_map)
        inner_map = self.lstm(self.eye(obs), inner_map)
        return self.policy(inner_map[0]), self.value(inner_map[0]), inner_map


@torch.no_grad()
def score(bot, runs, n, greedy, seed):
    crawl = Crawl(n, seed)
    obs = crawl.reset()
    first = torch.ones(n, dtype=torch.bool)
    inner_map = bot.initial_map(n)
    depths, deaths, lengths = [], 0, []
    clock = np.zeros(n, int)
    while len(depths) < runs:
        logits, _, inner_map = bot(torch.from_numpy(obs), first, inner_map)
        if greedy:
            act = logits.argmax(1)
        else:
            act = torch.distributions.Categorical(logits=logits).sample()
        hp_before = crawl.hp.copy()
        obs, _, over, reached = crawl.step(act.numpy())
        first = torch.from_numpy(over)
        clock += 1
        for i in np.flatnonzero(over):
            depths.append(int(reached[i]))
            lengths.append(int(clock[i]))
            deaths += int(hp_before[i] <= 3)
        clock[over] = 0
    return {"depth": float(np.mean(depths)), "deepest": max(depths), "turns": float(np.mean(lengths)),
            "risky_ends": deaths / len(depths)}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoints", nargs="*", help="files or patterns")
    ap.add_argument("--runs", type=int, default=500)
    ap.add_argument("--parallel", type=int, default=64)
    ap.add_argument("--greedy", action="store_true")
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--json", default="scores.json")
    args = ap.parse_args()

    files = sorted(f for pattern in args.checkpoints or ["ckpt/*.pt"] for f in glob.glob(pattern))
    bot = Bot(Crawl.VIEW, Crawl.ACTIONS).eval()
    table = {}
    for path in files:
        saved = torch.load(path, map_location="cpu")
        bot.load_state_dict(saved.get("model", saved))
        table[path] = score(bot, args.runs, args.parallel, args.greedy, args.seed)
        print(f"{path}: " + "  ".join(f"{k} {v:.2f}" for k, v in table[path].items()))
    if table:
        print("best:", max(table, key=lambda p: table[p]["depth"]))
    with open(args.json, "w") as f:
        json.dump(table, f, indent=2)


if __name__ == "__main__":
    main()
