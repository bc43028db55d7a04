import json
import os
import sys

import numpy as np
import torch
import torch.nn as nn


class Player(nn.Module):
    def __init__(self, n_in=52, n_out=9, n_h=64):
        super().__init__()
        self.rnn = nn.GRUCell(n_in, n_h)
        self.pol = nn.Linear(n_h, n_out)
        self.n_h = n_h

    def forward(self, x, h):
        h = self.rnn(x, h)
        return self.pol(h), h


def read_manifest(folder):
    with open(os.path.join(folder, "manifest.json")) as f:
        return json.load(f)


def run(folder, arena, rounds, ticks=64):
    seats = [Player() for _ in range(arena.n_seats)]
    mem = [torch.zeros(1, p.n_h) for p in seats]
    names = [None] * arena.n_seats
    table = {}
    obs = arena.reset()
    for rnd in range(rounds):
        roster = read_manifest(folder)["roster"]
        for i, seat in enumerate(seats):
            entry = roster[(rnd + i) % len(roster)]
            if entry["name"] == names[i]:
                continue
            seat.load_state_dict(torch.load(os.path.join(folder, entry["file"])))
            names[i] = entry["name"]
            if not entry.get("ranked", True):
                continue
            mem[i] = torch.zeros(1, seat.n_h)
            table.setdefault(names[i], [])
        for _ in range(ticks):
            acts = []
            for i, seat in enumerate(seats):
                with torch.no_grad():
                    lg, mem[i] = seat(torch.from_numpy(obs[i]).float().unsqueeze(0), mem[i])
                acts.append(int(torch.multinomial(lg.softmax(-1), 1)))
            obs, rew = arena.step(acts)
            for i, r in enumerate(rew):
                if names[i] in table:
                    table[names[i]].append(r)
    return {k: float(np.mean(v)) for k, v in table.items() if v}


if __name__ == "__main__":
    from arena import Arena  # compiled module

    res = run(sys.argv[1], Arena(seed=3), int(sys.argv[2]))
    for k, v in sorted(res.items(), key=lambda kv: -kv[1]):
        print(f"{k:20s} {v:8.3f}")
